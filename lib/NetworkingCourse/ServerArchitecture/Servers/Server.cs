using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The base class of all servers: it starts, logs and stops. A derived class only defines, in <see cref="Serve"/>, how to serve.
/// </summary>
/// <remarks>
/// A server stops in three steps. First, it accepts no more connections. Second, conversations that are between two questions end
/// at once, and those inside a question get a grace period in which to be answered. Third, any remaining connections are reset.
/// After that, no thread, socket or timer of the server is left.
/// </remarks>
public abstract class Server : NetworkService, ITarget
{
    private readonly Lock _gate = new();
    private readonly List<(Task Ended, Thread? Thread)> _workers = [];
    private readonly Listener _listener;
    private readonly byte[]? _crashOn;
    private readonly byte[]? _longOn;
    private readonly Think _longThink;
    private int _prunedWorkers = 16;
    private int _accepted;

    /// <summary>Binds to a port on 127.0.0.1. The server serves no clients until it is started.</summary>
    /// <param name="options">The server options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="SocketException">The port is in use or not permitted.</exception>
    protected Server(ServerOptions options)
        : this(options, valid => new Listener(valid.Port, valid.Backlog))
    {
    }

    /// <summary>Creates a server with a listener supplied by the caller.</summary>
    private protected Server(ServerOptions options, Func<ServerOptions, Listener> listen)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        QuestionDeadlineTicks = (long)(options.QuestionDeadline.TotalSeconds * Stopwatch.Frequency);
        _crashOn = Ascii(options.CrashOn);
        _longOn = Ascii(options.LongQuestion);
        _listener = listen(options);
        EndPoint = _listener.EndPoint;
        Think = new Think(options.Think, options.ThinkKind, Aborting);
        _longThink = new Think(options.LongThink, options.LongThinkKind, Aborting);
        Connections = new ConnectionTable(options.QuestionDeadline);
    }

    /// <summary>The name of the server; by default, that of its architecture.</summary>
    public override string Name => Options.Name ?? Architecture.Name;

    /// <summary>The server's architecture.</summary>
    public virtual Architecture Architecture => Architecture.Of(this);

    /// <summary>The server's options.</summary>
    public ServerOptions Options { get; }

    /// <summary>The endpoint on which it listens.</summary>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The log of what has happened so far.</summary>
    public ServerLog Log { get; } = new();

    private protected override string LogSummary => Log.Summary();

    /// <summary>The number of connections open at the moment.</summary>
    public virtual int OpenConnections => Connections.Count;

    /// <summary>Whether the log tells of each connection and question.</summary>
    internal virtual bool LogsConversations => true;

    internal ConnectionTable Connections { get; }

    internal bool IsAborting => Aborting.IsCancellationRequested;

    internal Think Think { get; }

    internal long QuestionDeadlineTicks { get; }

    private protected Listener Listener => _listener;

    /// <summary>
    /// Starts the server's threads and tasks, with <see cref="StartThread"/> or <see cref="StartTask"/>, and returns.
    /// </summary>
    protected abstract void Serve();

    /// <summary>Accepts the next connection from the accept queue; blocks while the queue is empty.</summary>
    /// <returns>The connection, already logged and tracked, or null if the server is stopping.</returns>
    internal SocketConnection? Accept(string worker)
    {
        while (true)
        {
            try
            {
                return _listener.Accept() is { } socket ? Open(socket, worker) : null;
            }
            catch (SocketException exception)
            {
                AcceptFailed(exception, worker);
                Pause();
            }
        }
    }

    /// <inheritdoc cref="Accept"/>
    private protected async ValueTask<SocketConnection?> AcceptAsync(string worker) =>
        await AcceptAsync(_listener, worker).ConfigureAwait(false) is { } socket ? Open(socket, worker) : null;

    /// <summary>Numbers, logs and tracks a connection that has been accepted.</summary>
    private protected SocketConnection Open(Socket socket, string worker) =>
        Admit(number => new SocketConnection(this, socket, number, worker));

    /// <inheritdoc cref="Open"/>
    private protected T Admit<T>(Func<int, T> create)
        where T : Connection
    {
        var connection = create(Interlocked.Increment(ref _accepted));
        Connections.Add(connection);
        return connection;
    }

    /// <summary>Logs a failed accept. The caller should pause before it retries, or it may fail over and over.</summary>
    private protected override void AcceptFailed(SocketException exception, string worker) =>
        Write(ServerEventKind.AcceptFailed, worker, $"{exception.SocketErrorCode}: {exception.Message}");

    /// <summary>Pauses after a failed accept; returns early if the server stops.</summary>
    private protected void Pause() => Stopping.WaitHandle.WaitOne(FailurePause);

    /// <summary>Starts a thread of the server. An unhandled exception is logged and does not end the process.</summary>
    /// <param name="worker">The thread's name, in the log and in a debugger.</param>
    /// <param name="body">The code to run, which receives the thread's name.</param>
    internal void StartThread(string worker, Action<string> body)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                body(worker);
            }
            catch (Exception exception)
            {
                WorkerFailed(exception, worker);
            }
            finally
            {
                ended.SetResult();
            }
        })
        {
            IsBackground = true,
            Name = $"{Name}: {worker}",
        };
        Remember(ended.Task, thread);

        // "Unsafe" only means without the execution context. In a notebook that context belongs to the cell that starts the
        // server; if the server kept it, it would keep the cell alive and write to that cell's output.
        thread.UnsafeStart();
    }

    /// <summary>Starts a fixed number of workers, each on its own thread, supervised unless the options disable that.</summary>
    /// <param name="names">The names of the workers.</param>
    /// <param name="body">
    /// The code of a worker, which receives the worker's name. It throws an exception if and only if the worker has died.
    /// </param>
    private protected void StartWorkers(IReadOnlyList<string> names, Action<string> body)
    {
        if (Options.Supervised)
        {
            new Supervisor(this).Start(names, body);
            return;
        }

        foreach (var name in names)
        {
            StartThread(name, body);
        }
    }

    /// <summary>Starts a task of the server, handling exceptions and context like <see cref="StartThread"/>.</summary>
    private protected void StartTask(Func<Task> body)
    {
        using (Detached.Begin())
        {
            var task = Task.Run(async () =>
            {
                try
                {
                    await body().ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    WorkerFailed(exception, "pool");
                }
            });
            Remember(task, thread: null);
        }
    }

    /// <summary>Waits for a semaphore; blocks until it is free or the server stops.</summary>
    /// <returns>False if the server stops.</returns>
    private protected bool WaitUnlessStopping(SemaphoreSlim semaphore)
    {
        try
        {
            semaphore.Wait(Stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    internal override void Begin()
    {
        LogListening();
        Serve();
    }

    /// <inheritdoc/>
    public override string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format(
        $"{Name}: {(IsStopping ? "stopped" : "listening on")} {EndPoint}, think time {InvariantText.Of(Options.Think)}");

    internal Table AsTable() => new(
        ["server", "architecture", "listens on", "think time", "workers", "open connections", "log"],
        [
            [
                Name, Architecture.Name, IsStopping ? "stopped" : EndPoint, InvariantText.Of(Options.Think),
                Architecture.Workers(Options), OpenConnections, Log.Summary(),
            ],
        ]);

    /// <summary>Stops accepting; by default, closes the listener.</summary>
    private protected override void StopListening() => _listener.Dispose();

    /// <summary>The think time for a question.</summary>
    internal Think ThinkAbout(ReadOnlySpan<byte> question) =>
        _longOn is { } text && question.SequenceEqual(text) ? _longThink : Think;

    /// <summary>Crashes the worker if this is the question that the options have chosen for it.</summary>
    /// <exception cref="WorkerCrashException">It is that question, and workers are threads.</exception>
    internal void CrashIfThisIsTheOne(ReadOnlySpan<byte> question)
    {
        if (_crashOn is { } fatal && question.SequenceEqual(fatal))
        {
            Crash();
        }
    }

    /// <summary>Crashes a worker in the way of this architecture.</summary>
    private protected virtual void Crash() => throw new WorkerCrashException();

    /// <summary>Logs that a worker ended with an exception.</summary>
    internal void WorkerFailed(Exception exception, string worker) =>
        Write(ServerEventKind.WorkerFailed, worker, $"{exception.GetType().Name}: {exception.Message}");

    /// <summary>Logs an event that does not concern a connection.</summary>
    internal void Write(ServerEventKind kind, string worker = "", string? detail = null) =>
        Log.Write(new ServerEvent(Stopwatch.GetTimestamp(), kind, 0, 0, worker, Environment.CurrentManagedThreadId, 0, detail));

    private protected override void LogListening() => Write(ServerEventKind.Listening, detail: EndPoint.ToString());

    private protected override void LogStopping() => Write(ServerEventKind.Stopping);

    private protected override void LogStopped() => Write(ServerEventKind.Stopped);

    private protected override async Task WhenServedAsync()
    {
        Connections.EndIdle();
        // The workers first: while one of them may still accept, the table may grow.
        await WorkersEndAsync().ConfigureAwait(false);
        await Connections.WhenEmptyAsync().ConfigureAwait(false);
    }

    // Before the token is cancelled: a conversation woken from its think time before the abort would end itself, and its client
    // would see a normal close.
    private protected override void Abort() => Connections.AbortAll();

    private protected override ValueTask ReleaseAsync()
    {
        foreach (var (_, thread) in _workers)
        {
            thread?.Join();
        }

        Think.Dispose();
        _longThink.Dispose();
        Connections.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[]? Ascii(string? text) => text is null ? null : Encoding.ASCII.GetBytes(text);

    // Looks again after each wait, because a worker that has not ended may start another.
    private async Task WorkersEndAsync()
    {
        while (true)
        {
            Task[] running;
            lock (_gate)
            {
                running = [.. _workers.Where(worker => !worker.Ended.IsCompleted).Select(worker => worker.Ended)];
            }

            if (running.Length == 0)
            {
                return;
            }

            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    private void Remember(Task ended, Thread? thread)
    {
        lock (_gate)
        {
            // Without pruning, a server that starts a thread per connection would keep every ended one in the list.
            if (_workers.Count >= _prunedWorkers)
            {
                _workers.RemoveAll(worker => worker.Ended.IsCompleted && worker.Thread is not { IsAlive: true });
                _prunedWorkers = Math.Max(16, 2 * _workers.Count);
            }

            _workers.Add((ended, thread));
        }
    }
}
