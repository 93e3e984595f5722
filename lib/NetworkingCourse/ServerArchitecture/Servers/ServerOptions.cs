using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What can be set on a server before it starts.</summary>
public sealed record ServerOptions
{
    /// <summary>How long a question may take to arrive, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultQuestionDeadline = TimeSpan.FromSeconds(10);

    /// <summary>The think time: what one answer costs.</summary>
    public TimeSpan Think { get; init; }

    /// <summary>Whether thinking waits or computes.</summary>
    public ThinkKind ThinkKind { get; init; } = ThinkKind.Waiting;

    /// <summary>A question with exactly this text takes <see cref="LongThink"/> instead of <see cref="Think"/>; none does unless told otherwise.</summary>
    public string? LongQuestion { get; init; }

    /// <summary>The think time of the long question.</summary>
    public TimeSpan LongThink { get; init; }

    /// <summary>How the long question's think time is spent.</summary>
    public ThinkKind LongThinkKind { get; init; } = ThinkKind.Waiting;

    /// <summary>How many workers serve at once, in the architectures that have a fixed number of them.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>How many connections are open at once at the most, in the architecture that starts a thread for each.</summary>
    public int ConnectionLimit { get; init; } = 2000;

    /// <summary>Whether a supervisor replaces workers that die, in the architectures that have a fixed number of them.</summary>
    public bool Supervised { get; init; } = true;

    /// <summary>How long a supervisor waits before it replaces a dead worker for the first time; twice as long each time after, until none has died for <see cref="RestartPeriod"/>.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How many workers a supervisor replaces within <see cref="RestartPeriod"/>; at one more it gives up and stops the server.</summary>
    public int RestartLimit { get; init; } = 5;

    /// <summary>The period for which a supervisor remembers a death.</summary>
    public TimeSpan RestartPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A bug, switched on: a question with exactly this text crashes the worker that takes it. Where workers are threads, with an exception that
    /// nobody handles; where they are processes, as hard as a process can die.
    /// </summary>
    public string? CrashOn { get; init; }

    /// <summary>The TCP port on 127.0.0.1; 0 lets the system choose a free one.</summary>
    public int Port { get; init; }

    /// <summary>How many finished handshakes the system may keep for the server before it accepts them; listen(2). The system may lower it.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>
    /// How long a client may take to finish a question once the server waits for it, and to take its answer. Counted for the whole
    /// question, not for each read: a client that dribbles a byte a second gains nothing by it.
    /// </summary>
    public TimeSpan QuestionDeadline { get; init; } = DefaultQuestionDeadline;

    /// <summary>The name under which it runs; starting another server under the same name replaces it. By default its architecture's name.</summary>
    public string? Name { get; init; }

    /// <summary>Whether worker processes are served by a relay even where they could share a listening socket.</summary>
    internal bool Relayed { get; init; }

    /// <summary>Throws if a value makes no sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The message names the option, the value and what is allowed.</exception>
    internal void Validate()
    {
        Require(Think >= TimeSpan.Zero && Think <= TimeSpan.FromHours(1), nameof(Think), Think, "0 to 1 hour");
        Require(IsQuestion(LongQuestion), nameof(LongQuestion), LongQuestion!, "one question, in ASCII, ending with its '?'");
        Require(LongThink >= TimeSpan.Zero && LongThink <= TimeSpan.FromHours(1), nameof(LongThink), LongThink, "0 to 1 hour");
        Require(Workers is >= 1 and <= 1000, nameof(Workers), Workers, "1 to 1000");
        Require(ConnectionLimit is >= 1 and <= 100_000, nameof(ConnectionLimit), ConnectionLimit, "1 to 100000");
        Require(RestartDelay >= TimeSpan.Zero && RestartDelay <= TimeSpan.FromMinutes(1), nameof(RestartDelay), RestartDelay, "0 to 1 minute");
        Require(RestartLimit is >= 0 and <= 1000, nameof(RestartLimit), RestartLimit, "0 to 1000");
        Require(RestartPeriod > TimeSpan.Zero && RestartPeriod <= TimeSpan.FromHours(1), nameof(RestartPeriod), RestartPeriod, "more than 0, at most 1 hour");
        Require(IsQuestion(CrashOn), nameof(CrashOn), CrashOn!, "one question, in ASCII, ending with its '?'");
        Require(Port is >= 0 and <= 65535, nameof(Port), Port, "0 to 65535");
        Require(Backlog is >= 1 and <= 65535, nameof(Backlog), Backlog, "1 to 65535");
        Require(QuestionDeadline > TimeSpan.Zero && QuestionDeadline <= TimeSpan.FromHours(1), nameof(QuestionDeadline), QuestionDeadline, "more than 0, at most 1 hour");
    }

    private static bool IsQuestion(string? text) => text is null || (text.Length > 0 && Ascii.IsValid(text) && text.IndexOf((char)Question.End) == text.Length - 1);

    private static void Require(bool holds, string name, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, InvariantText.Format($"{name} is {value}; allowed: {allowed}."));
        }
    }
}
