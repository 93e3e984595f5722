using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves every client on a thread that is started for it and ends with it. One more thread does nothing but accept. With a limit:
/// a thread costs memory, and a server that starts one for whoever comes can be made to fall over by anybody.
/// </summary>
public sealed class ThreadPerConnectionServer(ServerOptions options) : Server(options)
{
    private const string Acceptor = "acceptor";

    /// <inheritdoc/>
    protected override void Serve() => StartThread(Acceptor, _ => AcceptConnections());

    private void AcceptConnections()
    {
        // Not disposed: conversations may outlive the accepting, and a semaphore that is waited on in this way holds nothing of the system's.
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
            // The system has no thread left: this client's bad luck, and nobody else's.
            connection.End(exception);
            free.Release();
        }
    }

    /// <summary>Waits until one more connection is allowed.</summary>
    /// <returns>False: the server is stopping.</returns>
    private bool WaitForOne(SemaphoreSlim free)
    {
        if (free.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            return true;
        }

        Write(ServerEventKind.LimitReached, Acceptor, InvariantText.Format($"{Options.ConnectionLimit:N0} connections are open, as many as are allowed: the next ones wait in the accept queue"));
        try
        {
            free.Wait(Stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
