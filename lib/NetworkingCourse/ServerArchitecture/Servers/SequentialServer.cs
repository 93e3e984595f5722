namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves one client after the other, on one thread: while a conversation lasts, every other client waits in the accept queue,
/// its handshake finished and its question sent, for a server that has not yet seen it.
/// </summary>
public sealed class SequentialServer(ServerOptions options) : Server(options)
{
    /// <inheritdoc/>
    protected override void Serve() =>
        StartWorkers(["the only worker"], worker => BlockingConversation.AcceptConnections(this, worker));
}
