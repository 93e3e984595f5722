namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves one client at a time, on one thread. While a conversation lasts, every other client waits in the accept queue: its
/// handshake is complete and its question may be sent, but the server has not accepted it yet.
/// </summary>
public sealed class SequentialServer(ServerOptions options) : Server(options)
{
    /// <inheritdoc/>
    protected override void Serve() =>
        StartWorkers(
            ["the only worker"], worker => BlockingConversation.AcceptConnections(this, worker));
}
