using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The options of a server, set before it starts.</summary>
public sealed record ServerOptions
{
    /// <summary>The default of <see cref="QuestionDeadline"/>: how long a question may take to arrive.</summary>
    public static readonly TimeSpan DefaultQuestionDeadline = TimeSpan.FromSeconds(10);

    /// <summary>The think time, which is the cost of one answer.</summary>
    public TimeSpan Think { get; init; }

    /// <summary>How the think time is spent: waiting, computing or blocking.</summary>
    public ThinkKind ThinkKind { get; init; } = ThinkKind.Waiting;

    /// <summary>
    /// The text of the question that takes <see cref="LongThink"/> instead of <see cref="Think"/>; null, the default, for none.
    /// </summary>
    public string? LongQuestion { get; init; }

    /// <summary>The think time of the long question.</summary>
    public TimeSpan LongThink { get; init; }

    /// <summary>How the long question's think time is spent.</summary>
    public ThinkKind LongThinkKind { get; init; } = ThinkKind.Waiting;

    /// <summary>The number of workers, in architectures with a fixed number of them.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>The number of event loops, in the architecture that has several; by default, one per core.</summary>
    public int Loops { get; init; } = Environment.ProcessorCount;

    /// <summary>The maximum number of open connections, in the architecture that starts a thread for each one.</summary>
    public int ConnectionLimit { get; init; } = 2000;

    /// <summary>Whether a supervisor replaces workers that die, in architectures with a fixed number of them.</summary>
    public bool Supervised { get; init; } = true;

    /// <summary>
    /// How long a supervisor waits before it replaces a dead worker. The delay doubles with each further death within
    /// <see cref="RestartPeriod"/>.
    /// </summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// How many workers a supervisor replaces within <see cref="RestartPeriod"/>. If one more dies, it stops the server.
    /// </summary>
    public int RestartLimit { get; init; } = 5;

    /// <summary>How long a supervisor counts a worker's death.</summary>
    public TimeSpan RestartPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Enables a deliberate bug: a question with exactly this text crashes the worker that takes it. If workers are threads, the
    /// crash is an unhandled exception; if they are processes, the process is killed.
    /// </summary>
    public string? CrashOn { get; init; }

    /// <summary>The TCP port on 127.0.0.1; 0 lets the system choose a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// The maximum length of the accept queue: how many completed handshakes may wait to be accepted, see listen(2). The system
    /// may lower it.
    /// </summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>
    /// How long a client may take to complete a question once the server waits for it, and to read the answer. The deadline
    /// covers the whole question, not each read, so a client that sends one byte per second does not gain time.
    /// </summary>
    public TimeSpan QuestionDeadline { get; init; } = DefaultQuestionDeadline;

    /// <summary>
    /// The server's name, by default its architecture's. Starting another server under the same name replaces this one.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>Whether worker processes get their clients through a relay even if they could share a listening socket.</summary>
    internal bool Relayed { get; init; }

    /// <summary>Whether the server opens further listening sockets on its port.</summary>
    internal bool SharesPort { get; init; }

    /// <summary>The learner's architecture for which the server is created; null for those of the course.</summary>
    internal Architecture? Own { get; init; }

    /// <summary>Validates all options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A value is out of range; the message names the option, its value and the allowed range.
    /// </exception>
    internal void Validate()
    {
        Require(Think >= TimeSpan.Zero && Think <= TimeSpan.FromHours(1), nameof(Think), Think, "0 to 1 hour");
        Require(IsQuestion(LongQuestion), nameof(LongQuestion), LongQuestion!, "one question, in ASCII, ending with its '?'");
        Require(LongThink >= TimeSpan.Zero && LongThink <= TimeSpan.FromHours(1), nameof(LongThink), LongThink, "0 to 1 hour");
        Require(Workers is >= 1 and <= 1000, nameof(Workers), Workers, "1 to 1000");
        Require(Loops is >= 1 and <= 1000, nameof(Loops), Loops, "1 to 1000");
        Require(ConnectionLimit is >= 1 and <= 100_000, nameof(ConnectionLimit), ConnectionLimit, "1 to 100000");
        Require(
            RestartDelay >= TimeSpan.Zero && RestartDelay <= TimeSpan.FromMinutes(1),
            nameof(RestartDelay), RestartDelay, "0 to 1 minute");
        Require(RestartLimit is >= 0 and <= 1000, nameof(RestartLimit), RestartLimit, "0 to 1000");
        Require(
            RestartPeriod > TimeSpan.Zero && RestartPeriod <= TimeSpan.FromHours(1),
            nameof(RestartPeriod), RestartPeriod, "more than 0, at most 1 hour");
        Require(IsQuestion(CrashOn), nameof(CrashOn), CrashOn!, "one question, in ASCII, ending with its '?'");
        Require(Port is >= 0 and <= 65535, nameof(Port), Port, "0 to 65535");
        Require(Backlog is >= 1 and <= 65535, nameof(Backlog), Backlog, "1 to 65535");
        Require(
            QuestionDeadline > TimeSpan.Zero && QuestionDeadline <= TimeSpan.FromHours(1),
            nameof(QuestionDeadline), QuestionDeadline, "more than 0, at most 1 hour");
    }

    private static bool IsQuestion(string? text) =>
        text is null || (text.Length > 0 && Ascii.IsValid(text) && text.IndexOf((char)Question.End) == text.Length - 1);

    private static void Require(bool holds, string name, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, InvariantText.Format($"{name} is {value}; allowed: {allowed}."));
        }
    }
}
