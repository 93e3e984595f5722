using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves all clients with one event loop per core. Each loop has its own thread, its own epoll and its own listening socket. All
/// the sockets listen on the same port (SO_REUSEPORT). The system chooses one of them for each new connection, which then belongs
/// to that loop until it ends. On systems that do not spread connections in this way, there is one loop, and the log says so.
/// </summary>
public sealed class LoopPerCoreServer(ServerOptions options)
    : EpollServer(options with { SharesPort = SystemFeatures.ReusePort })
{
    /// <summary>The number of loops that a server with these options runs on this system.</summary>
    internal static int LoopsOf(ServerOptions options) => SystemFeatures.ReusePort ? options.Loops : 1;

    private protected override IEnumerable<(string Loop, Listener Listener)> Listeners()
    {
        if (!SystemFeatures.ReusePort)
        {
            Write(
                ServerEventKind.FellBack,
                detail: "this system does not spread connections over several listening sockets: "
                    + "there is one loop");
        }

        for (var i = 1; i <= LoopsOf(Options); i++)
        {
            var listener = i == 1 ? Listener : Listener.OpenAnother(Options.Backlog);
            yield return (InvariantText.Format($"loop {i}"), listener);
        }
    }
}
