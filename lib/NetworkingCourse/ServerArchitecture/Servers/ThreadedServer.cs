namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves as many clients at once as it has workers: threads of its own, all accepting on the one listener. The system gives each
/// new connection to one of those that wait; when none does, the connection stays in the accept queue.
/// </summary>
public sealed class ThreadedServer(ServerOptions options) : Server(options)
{
    /// <inheritdoc/>
    protected override void Serve()
    {
        for (var i = 1; i <= Options.Workers; i++)
        {
            StartThread(WorkerName(i), worker => BlockingLadder.AcceptConnections(this, worker));
        }
    }

    internal static string WorkerName(int number) => Display.Words.Invariant($"worker {number}");
}
