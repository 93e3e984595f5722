using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>
/// The base class of everything in the course that listens: bind, accept, handle, log, stop. A derived class binds in its
/// constructor and says how it serves; how it is listed, and how it stops, is the same for all.
/// </summary>
/// <remarks>
/// A service stops in these steps: it stops accepting; work in progress gets a grace period; what is left is then aborted. When
/// it has stopped, none of its threads, sockets or timers is left.
/// </remarks>
public abstract class NetworkService : Shown, IStoppable, IAsyncDisposable
{
    /// <summary>How long a stopping service waits for pending answers by default: 2 seconds.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(2);

    /// <summary>The pause after a failed accept or receive; without it, a lasting failure would fill the log.</summary>
    internal static readonly TimeSpan FailurePause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan MaxGrace = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly Lock _gate = new();
    private Task _serving = Task.CompletedTask;
    private Task? _stop;

    private protected NetworkService()
    {
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract IPEndPoint EndPoint { get; }

    /// <summary>Whether the service has begun to stop: it accepts nothing more.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    string IStoppable.LogSummary => LogSummary;

    /// <summary>Cancelled when the service begins to stop.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Cancelled when the grace period has passed.</summary>
    internal CancellationToken Aborting => _aborting.Token;

    /// <summary>The grace period, once the service is stopping.</summary>
    private protected TimeSpan Grace { get; private set; }

    /// <summary>The time that aborted work gets to notice it. Only a bug in a derived class reaches it.</summary>
    private protected virtual TimeSpan AbortLimit => TimeSpan.FromSeconds(10);

    /// <summary>What has not ended although it was aborted, as a sentence without its end.</summary>
    private protected virtual string InProgress => "work is still in progress.";

    /// <summary>The number of events of each kind in the service's log.</summary>
    private protected abstract string LogSummary { get; }

    /// <summary>Stops the service; the type's remarks list the steps. Stopping it again does nothing.</summary>
    /// <param name="grace">How long to wait for pending answers: at most an hour; <see cref="DefaultGrace"/> by default.</param>
    /// <returns>A task that completes when all its resources are released.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The grace period is out of range; the service keeps running.</exception>
    /// <exception cref="TimeoutException">Work did not end although it was aborted, which is a bug in the service.</exception>
    public Task StopAsync(TimeSpan? grace = null)
    {
        var limit = grace ?? DefaultGrace;
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero, nameof(grace));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxGrace, nameof(grace));
        lock (_gate)
        {
            return _stop ??= Task.Run(() => StopCoreAsync(limit));
        }
    }

    /// <summary>Stops the service with the default grace period.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Creates a service, lists it under its name, and starts it. A service of that name is stopped first.</summary>
    internal static T Start<T>(string name, Func<T> create)
        where T : NetworkService
    {
        var service = RunningServers.Replace(name, create);
        service.Begin();
        return service;
    }

    /// <summary>Accepts the next connection. A failure is logged, and accepting is tried again after a pause.</summary>
    /// <param name="listener">The listener, which <see cref="StopListening"/> closes.</param>
    /// <param name="worker">Who accepts, for the log of a failure.</param>
    /// <returns>The connection, or null if the listener was closed.</returns>
    private protected ValueTask<Socket?> AcceptAsync(Listener listener, string worker = "") =>
        listener.AcceptAsync(exception => AcceptFailed(exception, worker), Stopping);

    /// <summary>
    /// Starts to serve: by default, <see cref="ServeAsync"/> on a task of its own. The service is bound already, and ready when
    /// this returns.
    /// </summary>
    internal virtual void Begin()
    {
        LogListening();
        using (Detached.Begin())
        {
            _serving = Task.Run(ServeAsync);
        }
    }

    /// <summary>Serves until <see cref="Stopping"/> is cancelled.</summary>
    private protected virtual Task ServeAsync() => Task.CompletedTask;

    /// <summary>Logs that the service is bound, and that clients can reach it.</summary>
    private protected virtual void LogListening()
    {
    }

    /// <summary>Logs that the service accepts nothing more.</summary>
    private protected virtual void LogStopping()
    {
    }

    /// <summary>Logs that the service has released its resources.</summary>
    private protected virtual void LogStopped()
    {
    }

    /// <summary>Logs that the system returned an error instead of a connection.</summary>
    private protected virtual void AcceptFailed(SocketException exception, string worker)
    {
    }

    /// <summary>Stops accepting.</summary>
    private protected virtual void StopListening()
    {
    }

    /// <summary>Waits until the work in progress has ended. By default, that is the end of <see cref="ServeAsync"/>.</summary>
    private protected virtual Task WhenServedAsync() => _serving;

    /// <summary>
    /// Aborts work that has not ended within the grace period, just before <see cref="Aborting"/> is cancelled.
    /// </summary>
    private protected virtual void Abort()
    {
    }

    /// <summary>Releases what the service holds when nothing is served any longer.</summary>
    private protected virtual ValueTask ReleaseAsync() => ValueTask.CompletedTask;

    private async Task StopCoreAsync(TimeSpan grace)
    {
        Grace = grace;
        LogStopping();
        await _stopping.CancelAsync().ConfigureAwait(false);
        StopListening();
        var served = WhenServedAsync();
        if (!await EndsWithinAsync(served, grace).ConfigureAwait(false))
        {
            Abort();
        }

        await _aborting.CancelAsync().ConfigureAwait(false);
        if (!await EndsWithinAsync(served, AbortLimit).ConfigureAwait(false))
        {
            RunningServers.Forget(this); // it cannot be stopped again, and must not prevent other services from being stopped
            throw new TimeoutException(InvariantText.Format(
                $"{Name} did not stop: {AbortLimit.TotalSeconds} s after the abort, {InProgress}"));
        }

        await ReleaseAsync().ConfigureAwait(false);
        RunningServers.Forget(this);
        LogStopped();
    }

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan limit)
    {
        await task.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}
