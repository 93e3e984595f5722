namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves all clients on one thread, with an event loop that passes all of its sockets to poll (select on Windows and macOS) on
/// every turn.
/// </summary>
public sealed class PollServer(ServerOptions options) : EventLoopServer(options)
{
    private protected override IReadiness CreateReadiness() => new SelectReadiness();
}
