namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves every client on one thread: the same event loop, told by epoll which of its sockets are ready. epoll is Linux's; elsewhere the loop asks as
/// the poll server does, and the log says so.
/// </summary>
public sealed class EpollServer(ServerOptions options) : EventLoopServer(options)
{
    private protected override IReadiness CreateReadiness()
    {
        if (SystemFeatures.Epoll)
        {
            return new EpollReadiness();
        }

        Write(ServerEventKind.FellBack, detail: "epoll is a part of Linux and not of this system: the loop uses select instead");
        return new SelectReadiness();
    }
}
