using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What happened at a server.</summary>
public enum ServerEventKind
{
    /// <summary>The server is bound, listening and ready.</summary>
    Listening,

    /// <summary>A connection was taken from the accept queue.</summary>
    Accepted,

    /// <summary>A whole question has arrived.</summary>
    Question,

    /// <summary>The answer has been handed to the system.</summary>
    Answered,

    /// <summary>The client closed between two questions: the normal end.</summary>
    Closed,

    /// <summary>The client closed inside a question.</summary>
    CutOff,

    /// <summary>The client reset the connection (a TCP segment with RST).</summary>
    Reset,

    /// <summary>The client did not finish a question, or did not take its answer, within the deadline.</summary>
    TimedOut,

    /// <summary>64 KiB without a <c>?</c>.</summary>
    TooLong,

    /// <summary>The server ended the conversation because it is stopping.</summary>
    Ended,

    /// <summary>Serving this client failed with an exception that is not the client's doing.</summary>
    Failed,

    /// <summary>The system would not hand out a connection, for instance because the process has no descriptor left.</summary>
    AcceptFailed,

    /// <summary>A worker process runs and is ready.</summary>
    WorkerStarted,

    /// <summary>A worker ended with an exception.</summary>
    WorkerFailed,

    /// <summary>The supervisor has replaced a worker that had died.</summary>
    WorkerReplaced,

    /// <summary>Too many workers died in too short a time: the supervisor replaces no more and stops the server.</summary>
    GaveUp,

    /// <summary>As many connections are open as the server may have; the next ones stay in the accept queue.</summary>
    LimitReached,

    /// <summary>The system lacks what the architecture is made of; the server does with something else.</summary>
    FellBack,

    /// <summary>The server accepts no more connections and waits for its conversations to end.</summary>
    Stopping,

    /// <summary>Everything the server had is given back.</summary>
    Stopped,
}

/// <summary>One line of a server's log.</summary>
/// <param name="Timestamp">When, in ticks of <see cref="Stopwatch"/>: comparable with every other timestamp of this process.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Connection">The connection's number, counted from 1 in the order of acceptance; 0 where none is concerned.</param>
/// <param name="ClientPort">The client's port, by which its system tells it apart from all its other connections; 0 where none is concerned.</param>
/// <param name="Worker">Who did it: a thread of the server's own, or <c>pool</c>.</param>
/// <param name="Thread">The managed thread it happened on.</param>
/// <param name="Bytes">How many bytes the event is about: a question's or an answer's length, or what a cut-off question had reached.</param>
/// <param name="Detail">More, for people.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct ServerEvent(
    long Timestamp, ServerEventKind Kind, int Connection, int ClientPort, string Worker, int Thread, int Bytes, string? Detail) : IShown
{
    /// <summary>Whether this is the last event of its connection.</summary>
    public bool EndsConversation => Kind is >= ServerEventKind.Closed and <= ServerEventKind.Failed;

    /// <summary>What happened, in words: <c>question of 5 bytes</c>.</summary>
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
            or ServerEventKind.WorkerReplaced or ServerEventKind.GaveUp or ServerEventKind.LimitReached or ServerEventKind.FellBack or ServerEventKind.WorkerStarted => Detail ?? "",
        ServerEventKind.Ended => $"ended by the server, which is stopping{Reached()}",
        ServerEventKind.Stopping => "no more connections are accepted",
        _ => "everything is given back",
    };

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The event as one line, without its time: <c>question · client :50312 · worker 2 · question of 5 bytes</c>.</summary>
    public override string ToString()
    {
        var client = ClientPort == 0 ? "" : InvariantText.Format($"client :{ClientPort}");
        return string.Join(" · ", new[] { InvariantText.Of(Kind), client, Worker, Sentence }.Where(part => part.Length > 0));
    }

    private string Reached() => Bytes == 0 ? "" : $", after {Count(Bytes)} of a question";

    private static string Count(int bytes) => bytes == 1 ? "1 byte" : InvariantText.Format($"{bytes:N0} bytes");
}
