using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves all clients with callbacks. No call ever waits: each one registers what to do on completion and returns, and the system
/// calls back on a thread-pool thread. The code that async/await keeps in one method is split here into visible pieces.
/// </summary>
public sealed class CallbackServer(ServerOptions options) : Server(options)
{
    private readonly TaskCompletionSource _acceptedAll = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    protected override void Serve() => StartTask(() =>
    {
        // True: do not capture the caller's execution context.
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

    /// <summary>Handles a completed accept.</summary>
    /// <returns>Whether to start another one.</returns>
    private bool Accepted(SocketAsyncEventArgs acceptance)
    {
        if (acceptance is { SocketError: SocketError.Success, AcceptSocket: { } socket })
        {
            DescriptorLimit.Note(socket);
            new CallbackConversation(Open(socket, "pool")).ConnectionMade();
            return true;
        }

        if (IsStopping)
        {
            acceptance.Dispose();
            _acceptedAll.TrySetResult();
            return false;
        }

        if (Listener.IsTransientAcceptError(acceptance.SocketError))
        {
            return true;
        }

        AcceptFailed(new SocketException((int)acceptance.SocketError), "pool");
        _ = Task.Delay(FailurePause, Stopping).ContinueWith(_ => Accept(acceptance), TaskScheduler.Default);
        return false;
    }
}
