namespace NetworkingCourse.ServerArchitecture;

/// <summary>Serves every client on one thread: an event loop that asks about all of its sockets, each time anew, with poll (on Windows and macOS: select).</summary>
public sealed class PollServer(ServerOptions options) : EventLoopServer(options)
{
    private protected override IReadiness CreateReadiness() => new SelectReadiness();
}
