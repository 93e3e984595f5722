namespace NetworkingCourse.ServerArchitecture;

/// <summary>What a server of the learner's needs from the course: the think time, the deadline, and the signal to stop.</summary>
public sealed class Serving
{
    private readonly OwnServer _server;

    internal Serving(OwnServer server, CancellationToken stopping) => (_server, Stopping) = (server, stopping);

    /// <summary>
    /// Cancelled when the server is to stop. Its listener is closed at the same moment, which ends a blocked accept.
    /// </summary>
    public CancellationToken Stopping { get; }

    /// <summary>Whether the server is to stop.</summary>
    public bool IsStopping => Stopping.IsCancellationRequested;

    /// <summary>How long a client may take to complete a question once the server waits for it.</summary>
    public TimeSpan Deadline => _server.Options.QuestionDeadline;

    /// <summary>Spends the think time of one answer, and blocks the calling thread.</summary>
    public void Think() => _server.ThinkTimes.Usual.Block();

    /// <summary>Spends the think time of one answer; blocks no thread if the think time is spent waiting.</summary>
    public Task ThinkAsync() => _server.ThinkTimes.Usual.DelayAsync();

    /// <summary>
    /// Runs code on a thread of its own. An exception in it is logged and ends that thread only; on a thread that you start
    /// yourself, it would end the whole process, and the kernel with it.
    /// </summary>
    /// <param name="body">The code to run. It is stopped, if it does not end, when the server stops.</param>
    public void Start(Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        _server.StartOwn(body);
    }

    /// <summary>Writes a line to the server's log.</summary>
    public void Note(string text) => _server.Write(ServerEventKind.Note, detail: text);
}
