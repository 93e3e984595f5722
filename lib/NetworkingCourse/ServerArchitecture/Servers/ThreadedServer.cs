using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves as many clients at once as it has workers: threads of its own, all accepting on the one listener. The system gives each
/// new connection to one of those that wait; when none does, the connection stays in the accept queue. A supervisor replaces a worker that dies.
/// </summary>
public sealed class ThreadedServer(ServerOptions options) : Server(options)
{
    /// <inheritdoc/>
    protected override void Serve() =>
        StartWorkers([.. Enumerable.Range(1, Options.Workers).Select(WorkerName)], worker => BlockingConversation.AcceptConnections(this, worker));

    internal static string WorkerName(int number) => InvariantText.Format($"worker {number}");
}
