using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Serves as many clients at once as it has workers. Each worker is a process, and all of them accept on the same listening
/// socket. They share no memory, so a crash of a worker loses only its own conversation; the supervisor starts another.
/// </summary>
public sealed class ProcessServer(ServerOptions options) : Server(options)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KillAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, int> _processes = new();
    private readonly ConcurrentQueue<Socket> _turnedAway = new();
    private readonly CountdownEvent _notReady = new(options.Workers);
    private int _accepted;
    private int _open;
    private int _fellBack;

    /// <inheritdoc/>
    public override int OpenConnections => Volatile.Read(ref _open);

    /// <summary>The process IDs of the workers that are running now.</summary>
    public IReadOnlyCollection<int> ProcessIds => [.. _processes.Values];

    /// <inheritdoc/>
    protected override void Serve()
    {
        StartWorkers([.. Enumerable.Range(1, Options.Workers).Select(ThreadedServer.WorkerName)], LookAfterAProcess);
        WaitUntilReady();
    }

    /// <summary>The parent's work for one worker: starts the process and logs its reports until it ends.</summary>
    private void LookAfterAProcess(string worker)
    {
        var shared = Inheritance.Exists && !Options.Relayed ? Listener.Socket : null;
        var order = new WorkerOrder(
            "", Options with { Name = worker, Supervised = false }, (int?)shared?.Handle,
            Think.RoundsIf(Options.ThinkKind, Options.LongThinkKind));
        using var process = WorkerProcess.Start(order, shared);
        _processes[worker] = process.Id;
        using var stopping = Stopping.UnsafeRegister(_ => process.Stop(Grace), null);
        using var aborting = Aborting.UnsafeRegister(_ => KillLater(process), null);
        var conversations = new WorkerConversations(() => Interlocked.Increment(ref _accepted));
        try
        {
            var port = process.WaitUntilReady();
            using var relay = port == 0 ? null : new Relay(
                Listener, _turnedAway, port, exception => AcceptFailed(exception, worker));
            Ready(worker, process.Id, relay);
            while (true)
            {
                Report(conversations.Number(process.ReadEvent(worker), relay));
            }
        }
        catch (EndOfStreamException)
        {
            EndWith(process.WaitForEnd(), conversations, worker);
        }
    }

    private void EndWith(string end, WorkerConversations conversations, string worker)
    {
        _processes.TryRemove(worker, out _);
        foreach (var (number, port) in conversations.Open)
        {
            Report(new ServerEvent(Stopwatch.GetTimestamp(), ServerEventKind.Failed, number, port, worker, 0, 0, end));
        }

        if (!IsStopping)
        {
            throw new WorkerProcessEndedException(end);
        }
    }

    private void Report(ServerEvent? entry)
    {
        if (entry is not { } known)
        {
            return;
        }

        // The count is updated before the event is logged, whether it goes up or down.
        if (known.Kind == ServerEventKind.Accepted)
        {
            Interlocked.Increment(ref _open);
        }
        else if (known.EndsConversation)
        {
            Interlocked.Decrement(ref _open);
        }

        Log.Write(known);
    }

    private void Ready(string worker, int process, Relay? relay)
    {
        Write(ServerEventKind.WorkerStarted, worker, InvariantText.Format($"process {process}"));
        if (relay is not null && Interlocked.Exchange(ref _fellBack, 1) == 0)
        {
            Write(
                ServerEventKind.FellBack,
                detail: "processes cannot share a listening socket on this system: the parent accepts and relays the bytes");
        }

        if (!_notReady.IsSet)
        {
            _notReady.Signal();
        }
    }

    private void WaitUntilReady()
    {
        if (WaitHandle.WaitAny([_notReady.WaitHandle, Stopping.WaitHandle], StartLimit) != 0)
        {
            var reason = Log.Events.LastOrDefault(entry => entry.Kind == ServerEventKind.WorkerFailed).Detail ?? "reason unknown";
            StopAsync(TimeSpan.Zero).GetAwaiter().GetResult();
            throw new InvalidOperationException($"The worker processes did not start: {reason}");
        }
    }

    private static void KillLater(WorkerProcess process) =>
        _ = Task.Delay(KillAfter).ContinueWith(_ => process.Kill(), TaskScheduler.Default);

    private protected override async ValueTask ReleaseAsync()
    {
        await base.ReleaseAsync().ConfigureAwait(false);
        _notReady.Dispose();
        while (_turnedAway.TryDequeue(out var client))
        {
            client.Dispose();
        }
    }
}
