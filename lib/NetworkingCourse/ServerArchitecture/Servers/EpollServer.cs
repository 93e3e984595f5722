namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves all clients on one thread, with an event loop that uses epoll to learn which of its sockets are ready. epoll exists
/// only on Linux; elsewhere the loop falls back to the poll server's method and logs that.
/// </summary>
public class EpollServer(ServerOptions options) : EventLoopServer(options)
{
    private protected override IReadiness CreateReadiness()
    {
        if (SystemFeatures.Epoll)
        {
            return new EpollReadiness();
        }

        Write(ServerEventKind.FellBack, detail: "epoll is not available on this system: the loop uses select instead");
        return new SelectReadiness();
    }
}
