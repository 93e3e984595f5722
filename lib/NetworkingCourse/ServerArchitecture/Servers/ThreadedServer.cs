using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves as many clients at once as it has workers. Each worker is a thread, and all of them accept on the same listener. The
/// system gives each new connection to one waiting worker; if none is waiting, the connection stays in the accept queue. A
/// supervisor replaces a worker that dies.
/// </summary>
public sealed class ThreadedServer(ServerOptions options) : Server(options)
{
    /// <inheritdoc/>
    protected override void Serve() =>
        StartWorkers(
            [.. Enumerable.Range(1, Options.Workers).Select(WorkerName)],
            worker => BlockingConversation.AcceptConnections(this, worker));

    internal static string WorkerName(int number) => InvariantText.Format($"worker {number}");
}
