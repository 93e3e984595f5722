using System.Net.Sockets;
using NetworkingCourse.Checking;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A server whose code is the learner's: it gets a listening socket and does all the rest itself. The course sees of it what a
/// client sees, so its log has only its start, its end, and what the learner writes to it.
/// </summary>
internal sealed class OwnServer : Server
{
    // How long stopped code may take to end before it is given up.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly List<Task> _running = [];
    private readonly List<int> _threads = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<Socket, Serving, Task> _body;

    public OwnServer(ServerOptions options, Func<Socket, Serving, Task> body)
        : base(options) =>
        _body = body;

    internal override bool LogsConversations => false;

    /// <summary>On how many answers the server was thinking when the learner's code returned.</summary>
    public int ThinkingAtItsEnd { get; private set; }

    /// <summary>The task that the learner's code returned; null if it has not returned yet, or has thrown an exception.</summary>
    public Task? Body { get; private set; }

    /// <summary>Whether the learner's code has returned on its own, while the server was to run.</summary>
    public bool HasReturned { get; private set; }

    /// <summary>Whether the learner's code had not ended when the grace period of a stop was over.</summary>
    public bool WasAborted { get; private set; }

    // Code that does not end is given up after the patience. The base class may not call it a bug at the same moment.
    private protected override TimeSpan AbortLimit => Timeout * 5;

    // Up to its first await, the learner's code runs where it can be stopped, even if its type says that it returns a task.
    protected override void Serve()
    {
        var serving = new Serving(this, Stopping);
        StartOwn(() =>
        {
            Body = _body(Listener.Socket, serving)
                ?? throw new InvalidOperationException("The method returned null instead of a task.");
            if (!Body.IsCompletedSuccessfully)
            {
                Remember(FollowAsync(Body));
                return;
            }

            BodyHasEnded();
        }, BodyHasEnded);
    }

    private async Task FollowAsync(Task body)
    {
        try
        {
            await body.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Failed(exception);
        }

        BodyHasEnded();
    }

    // A program that ends closes its listener, so that clients are refused instead of waiting for ever.
    private void BodyHasEnded()
    {
        ThinkingAtItsEnd = ThinkTimes.Count!.Now;
        HasReturned = !IsStopping && Failure is null;
        Listener.Dispose();
    }

    /// <summary>
    /// Whether one of its threads computes all the time. Null where threads cannot be looked at one by one, and for code that
    /// runs on threads of the pool.
    /// </summary>
    public async Task<bool?> SpinsAsync(CancellationToken cancellation)
    {
        int[] threads;
        lock (_gate)
        {
            threads = [.. _threads];
        }

        var spins = await Task.WhenAll(threads.Select(thread => ProcessorUse.ThreadSpinsAsync(thread, cancellation)))
            .ConfigureAwait(false);
        return spins.Length == 0 ? null : spins.Contains(true);
    }

    /// <summary>Runs the learner's code on a thread of its own, where it can be stopped.</summary>
    public void StartOwn(Action body, Action? failed = null)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Remember(over.Task);
        var stoppable = StoppableCode.Of(body, _stop.Token);
        new Thread(() =>
        {
            try
            {
                RememberThread();
                stoppable();
            }
            catch (Exception exception)
            {
                Failed(exception);
                failed?.Invoke();
            }
            finally
            {
                over.SetResult();
            }
        })
        {
            IsBackground = true,
            Name = Name,
        }.UnsafeStart();
    }

    // Without the log, nothing tells when the server's own conversations are over; its threads and its task do.
    private protected override Task WhenServedAsync() => Task.WhenAny(WhenAllEndedAsync(), _givenUp.Task);

    private protected override void Abort()
    {
        WasAborted = true;
        base.Abort();
        _stop.Cancel();
        _ = GiveUpAsync();
    }

    private async Task GiveUpAsync()
    {
        await Task.Delay(Timeout).ConfigureAwait(false);
        if (!AllEnded())
        {
            Write(ServerEventKind.Note, detail: "Code of this server is still running. Restart the kernel to end it.");
        }

        _givenUp.TrySetResult();
    }

    private async Task WhenAllEndedAsync()
    {
        while (!AllEnded())
        {
            Task[] running;
            lock (_gate)
            {
                running = [.. _running];
            }

            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    private void RememberThread()
    {
        if (ProcessorUse.CurrentThread is { } thread)
        {
            lock (_gate)
            {
                _threads.Add(thread);
            }
        }
    }

    private bool AllEnded()
    {
        lock (_gate)
        {
            _running.RemoveAll(task => task.IsCompleted);
            return _running.Count == 0;
        }
    }

    private void Remember(Task task)
    {
        lock (_gate)
        {
            _running.RemoveAll(other => other.IsCompleted);
            _running.Add(task);
        }
    }

    // A server that stops closes its listener, and what follows from that is no failure.
    private void Failed(Exception exception)
    {
        var isStop = exception is SocketException or ObjectDisposedException or OperationCanceledException;
        if (!(IsStopping && isStop))
        {
            WorkerFailed(exception, Name);
        }
    }
}
