using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The kind of an event in a server's log.</summary>
public enum ServerEventKind
{
    /// <summary>The server is bound, listening and ready.</summary>
    Listening,

    /// <summary>The server has accepted a connection from the accept queue.</summary>
    Accepted,

    /// <summary>A complete question has arrived.</summary>
    Question,

    /// <summary>The answer has been handed to the system.</summary>
    Answered,

    /// <summary>The client closed the connection between two questions, which is the normal end.</summary>
    Closed,

    /// <summary>The client closed the connection in the middle of a question.</summary>
    CutOff,

    /// <summary>The client reset the connection (a TCP segment with RST).</summary>
    Reset,

    /// <summary>The client did not complete a question, or did not read its answer, within the deadline.</summary>
    TimedOut,

    /// <summary>The client sent 64 KiB without a <c>?</c>.</summary>
    TooLong,

    /// <summary>The server ended the conversation because it is stopping.</summary>
    Ended,

    /// <summary>Serving the client failed with an exception that the client did not cause.</summary>
    Failed,

    /// <summary>An accept failed, for example because the process had no file descriptors left.</summary>
    AcceptFailed,

    /// <summary>A worker process is running and ready.</summary>
    WorkerStarted,

    /// <summary>A worker ended with an exception.</summary>
    WorkerFailed,

    /// <summary>The supervisor has replaced a worker that died.</summary>
    WorkerReplaced,

    /// <summary>Too many workers died in too short a time; the supervisor gives up and stops the server.</summary>
    GaveUp,

    /// <summary>The server has reached its connection limit; further connections stay in the accept queue.</summary>
    LimitReached,

    /// <summary>The system lacks a feature that the architecture needs; the server uses a substitute.</summary>
    FellBack,

    /// <summary>A line that a server of the learner's has written.</summary>
    Note,

    /// <summary>The server accepts no more connections and waits for its conversations to end.</summary>
    Stopping,

    /// <summary>The server has released all its resources.</summary>
    Stopped,
}

/// <summary>An event in a server's log.</summary>
/// <param name="Timestamp">
/// The time of the event, in ticks of <see cref="Stopwatch"/>; comparable with every other timestamp of this process.
/// </param>
/// <param name="Kind">The kind of event.</param>
/// <param name="Connection">
/// The connection's number, counted from 1 in the order of acceptance; 0 if the event does not concern a connection.
/// </param>
/// <param name="ClientPort">
/// The client's port, which distinguishes the connection from the client's other ones; 0 if the event concerns no connection.
/// </param>
/// <param name="Worker">The worker that caused the event: a thread of the server, or <c>pool</c>.</param>
/// <param name="Thread">The ID of the managed thread.</param>
/// <param name="Bytes">
/// The number of bytes: the length of a question or an answer, or of the part of a question received before the end.
/// </param>
/// <param name="Detail">Further details, as text for people.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct ServerEvent(
    long Timestamp, ServerEventKind Kind, int Connection, int ClientPort, string Worker, int Thread, int Bytes, string? Detail)
    : ILogEvent<ServerEventKind>, IShown
{
    /// <summary>Whether this is the last event of its connection.</summary>
    public bool EndsConversation => Kind is >= ServerEventKind.Closed and <= ServerEventKind.Failed;

    /// <summary>A description of the event, for example <c>question of 5 bytes</c>.</summary>
    public string Sentence => Kind switch
    {
        ServerEventKind.Listening => $"listening on {Detail}",
        ServerEventKind.Accepted => "taken from the accept queue",
        ServerEventKind.Question => $"question of {Count(Bytes)}",
        ServerEventKind.Answered => $"answer of {Count(Bytes)}",
        ServerEventKind.Closed => "closed by the client, between questions",
        ServerEventKind.CutOff => $"closed by the client after {Count(Bytes)} of a question",
        ServerEventKind.Reset => $"reset by the client{Reached()}",
        ServerEventKind.TimedOut => $"{Detail}{Reached()}",
        ServerEventKind.TooLong or ServerEventKind.Failed or ServerEventKind.AcceptFailed or ServerEventKind.WorkerFailed
            or ServerEventKind.WorkerReplaced or ServerEventKind.GaveUp or ServerEventKind.LimitReached
            or ServerEventKind.FellBack or ServerEventKind.Note or ServerEventKind.WorkerStarted => Detail ?? "",
        ServerEventKind.Ended => $"ended by the server, which is stopping{Reached()}",
        ServerEventKind.Stopping => "no longer accepting connections",
        _ => "all resources released",
    };

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>
    /// The event as a single line, without its time: <c>question · client :50312 · worker 2 · question of 5 bytes</c>.
    /// </summary>
    public override string ToString()
    {
        var client = ClientPort == 0 ? "" : InvariantText.Format($"client :{ClientPort}");
        return string.Join(" · ", new[] { InvariantText.Of(Kind), client, Worker, Sentence }.Where(part => part.Length > 0));
    }

    private string Reached() => Bytes == 0 ? "" : $", after {Count(Bytes)} of a question";

    private static string Count(int bytes) => bytes == 1 ? "1 byte" : InvariantText.Format($"{bytes:N0} bytes");
}
