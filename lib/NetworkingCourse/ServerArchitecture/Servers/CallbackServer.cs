using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves every client by callbacks: nothing waits anywhere. Each call names what is to be done when it is over, and returns; the system
/// calls back on a thread of the pool. What async and await write down as one piece lies here in the open, cut in pieces.
/// </summary>
public sealed class CallbackServer(ServerOptions options) : Server(options)
{
    private readonly TaskCompletionSource _acceptedAll = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    protected override void Serve() => StartTask(() =>
    {
        // True: without the execution context of whoever calls.
        var acceptance = new SocketAsyncEventArgs(true);
        acceptance.Completed += (_, _) =>
        {
            if (Accepted(acceptance))
            {
                Accept(acceptance);
            }
        };
        Accept(acceptance);
        return _acceptedAll.Task;
    });

    private void Accept(SocketAsyncEventArgs acceptance)
    {
        bool goesOn;
        do
        {
            acceptance.AcceptSocket = null;
            goesOn = !Listener.BeginAccept(acceptance) && Accepted(acceptance);
        }
        while (goesOn);
    }

    /// <summary>An accept is over.</summary>
    /// <returns>Whether there is to be another.</returns>
    private bool Accepted(SocketAsyncEventArgs acceptance)
    {
        if (acceptance is { SocketError: SocketError.Success, AcceptSocket: { } socket })
        {
            new CallbackConversation(Open(socket, "pool")).ConnectionMade();
            return true;
        }

        if (IsStopping)
        {
            acceptance.Dispose();
            _acceptedAll.TrySetResult();
            return false;
        }

        if (Listener.IsPeersDoing(acceptance.SocketError))
        {
            return true;
        }

        AcceptFailed(new SocketException((int)acceptance.SocketError), "pool");
        _ = Task.Delay(AcceptPause, Stopping).ContinueWith(_ => Accept(acceptance), TaskScheduler.Default);
        return false;
    }
}
