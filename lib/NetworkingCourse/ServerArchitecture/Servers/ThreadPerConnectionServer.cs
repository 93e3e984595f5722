using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves each client on its own thread, which starts and ends with the connection. One more thread does nothing but accept. The
/// number of connections is limited: a thread costs memory, and without a limit any client could bring the server down.
/// </summary>
public sealed class ThreadPerConnectionServer(ServerOptions options) : Server(options)
{
    private const string Acceptor = "acceptor";

    /// <inheritdoc/>
    protected override void Serve() => StartThread(Acceptor, _ => AcceptConnections());

    private void AcceptConnections()
    {
        // Not disposed: conversations may outlive this loop, and it holds no system resources.
        var free = new SemaphoreSlim(Options.ConnectionLimit);
        while (WaitForOne(free) && Accept(Acceptor) is { } connection)
        {
            HandOver(connection, free);
        }
    }

    private void HandOver(SocketConnection connection, SemaphoreSlim free)
    {
        var worker = InvariantText.Format($"thread {connection.Number}");
        connection.PassTo(worker);
        try
        {
            StartThread(worker, _ =>
            {
                try
                {
                    BlockingConversation.HandleConversation(connection);
                }
                finally
                {
                    free.Release();
                }
            });
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The system cannot start another thread: this connection fails, but no other does.
            connection.End(exception);
            free.Release();
        }
    }

    /// <summary>Waits until one more connection is allowed.</summary>
    /// <returns>False if the server is stopping.</returns>
    private bool WaitForOne(SemaphoreSlim free)
    {
        if (free.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            return true;
        }

        Write(ServerEventKind.LimitReached, Acceptor, InvariantText.Format(
            $"{Options.ConnectionLimit:N0} connections are open, which is the limit: ")
            + "further ones wait in the accept queue");
        return WaitUnlessStopping(free);
    }
}
