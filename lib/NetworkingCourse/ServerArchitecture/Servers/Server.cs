using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What all architectures share: how a server starts, logs, and stops. An architecture says in <see cref="Serve"/> only how it serves.
/// </summary>
/// <remarks>
/// Stopping goes in three steps: no more connections are accepted; conversations between two questions end at once, and those inside
/// one get a grace time for its answer; what is left then is reset. Afterwards no thread, socket or timer of the server exists.
/// </remarks>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public abstract class Server : ITarget, IStoppable, IAsyncDisposable, IShown
{
    /// <summary>How long a stopping server waits for answers that are due, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestGrace = TimeSpan.FromHours(1);

    /// <summary>How long accepting pauses after the system has refused a connection.</summary>
    private protected static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);

    // What a conversation needs to notice that it has been aborted; never reached unless an architecture has a fault.
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<(Task Ended, Thread? Thread)> _workers = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly Listener _listener;
    private readonly byte[]? _crashOn;
    private readonly byte[]? _longOn;
    private readonly Think _longThink;
    private int _prunedWorkers = 16;
    private int _accepted;
    private Task? _stop;

    /// <summary>Binds to a port of 127.0.0.1. Nothing is served until the server is started.</summary>
    /// <param name="options">What can be set.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    protected Server(ServerOptions options)
        : this(options, valid => new Listener(valid.Port, valid.Backlog))
    {
    }

    /// <summary>For a server that is given a listener instead of binding one.</summary>
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
        Think = new Think(options.Think, options.ThinkKind, _aborting.Token);
        _longThink = new Think(options.LongThink, options.LongThinkKind, _aborting.Token);
        Connections = new ConnectionTable(options.QuestionDeadline);
    }

    /// <summary>The name of the server, by default its architecture's.</summary>
    public string Name => Options.Name ?? Architecture.Name;

    /// <summary>Which architecture it is.</summary>
    public virtual Architecture Architecture => Architecture.Of(this);

    /// <summary>Its options.</summary>
    public ServerOptions Options { get; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>What happened so far.</summary>
    public ServerLog Log { get; } = new();

    string IStoppable.LogSummary => Log.Summary();

    /// <summary>How many connections are open at this moment.</summary>
    public virtual int OpenConnections => Connections.Count;

    /// <summary>Whether it no longer accepts connections.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    internal ConnectionTable Connections { get; }

    internal bool IsAborting => _aborting.IsCancellationRequested;

    internal Think Think { get; }

    internal long QuestionDeadlineTicks { get; }

    /// <summary>Cancelled when the server begins to stop.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Cancelled when the grace time is over.</summary>
    private protected CancellationToken Aborting => _aborting.Token;

    /// <summary>The grace time of a stopping server.</summary>
    private protected TimeSpan Grace { get; private set; }

    private protected Listener Listener => _listener;

    /// <summary>Starts whatever serves, with <see cref="StartThread"/> or <see cref="StartTask"/>, and returns.</summary>
    protected abstract void Serve();

    /// <summary>Takes the next connection from the accept queue; blocks while there is none.</summary>
    /// <returns>The connection, logged and watched; or null: the server is stopping.</returns>
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
    private protected async ValueTask<SocketConnection?> AcceptAsync(string worker)
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptAsync().ConfigureAwait(false) is { } socket ? Open(socket, worker) : null;
            }
            catch (SocketException exception)
            {
                AcceptFailed(exception, worker);
                await Task.Delay(AcceptPause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Numbers, logs and watches a connection that has been taken from the accept queue.</summary>
    private protected SocketConnection Open(Socket socket, string worker) => Admit(number => new SocketConnection(this, socket, number, worker));

    /// <inheritdoc cref="Open"/>
    private protected T Admit<T>(Func<int, T> create)
        where T : Connection
    {
        var connection = create(Interlocked.Increment(ref _accepted));
        Connections.Add(connection);
        return connection;
    }

    /// <summary>Says that the system would not hand out a connection. Whoever accepts should pause then, or it would say so without end.</summary>
    private protected void AcceptFailed(SocketException exception, string worker) =>
        Write(ServerEventKind.AcceptFailed, worker, $"{exception.SocketErrorCode}: {exception.Message}");

    /// <summary>The pause after a failed accept; shorter if the server stops.</summary>
    private protected void Pause() => _stopping.Token.WaitHandle.WaitOne(AcceptPause);

    /// <summary>Starts a thread of the server's own. An exception that leaves it is logged, and does not end the process.</summary>
    /// <param name="worker">Its name, in the log and in a debugger.</param>
    /// <param name="body">What it does, given its name.</param>
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

        // Unsafe means only: without the execution context. In a notebook that context belongs to the cell which starts the
        // server; a server that kept it would keep the cell, and write to its output.
        thread.UnsafeStart();
    }

    /// <summary>Starts a fixed number of workers, each on a thread of its own; under a supervisor, unless the options say otherwise.</summary>
    /// <param name="names">The workers' names.</param>
    /// <param name="body">What a worker does, given its name. It ends with an exception if and only if the worker has died.</param>
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

    /// <summary>Starts a task of the server's own, with the same care as <see cref="StartThread"/>.</summary>
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

    /// <summary>Starts serving. The server is bound already; when this returns it is ready.</summary>
    internal void Start()
    {
        Write(ServerEventKind.Listening, detail: EndPoint.ToString());
        Serve();
    }

    /// <summary>Stops the server; see the type's remarks for the steps. Stopping a stopped server does nothing.</summary>
    /// <param name="grace">How long answers that are due may take, an hour at the most; <see cref="DefaultGrace"/> unless told otherwise.</param>
    /// <returns>A task that ends when everything the server had is given back.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The grace time makes no sense; the server runs on.</exception>
    /// <exception cref="TimeoutException">A conversation did not end although it was aborted: a fault of the architecture.</exception>
    public Task StopAsync(TimeSpan? grace = null)
    {
        var limit = grace ?? DefaultGrace;
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero, nameof(grace));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LongestGrace, nameof(grace));
        lock (_gate)
        {
            return _stop ??= Task.Run(() => StopCoreAsync(limit));
        }
    }

    /// <summary>Stops the server with the default grace time.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format($"{Name}: {(IsStopping ? "stopped" : "listening on")} {EndPoint}, think time {InvariantText.Of(Options.Think)}");

    internal Table AsTable() => new(
        ["server", "architecture", "listens on", "think time", "workers", "open connections", "log"],
        [[Name, Architecture.Name, IsStopping ? "stopped" : EndPoint, InvariantText.Of(Options.Think), Architecture.Workers(Options), OpenConnections, Log.Summary()]]);

    /// <summary>Stops accepting: by closing the listener, unless somebody else has to.</summary>
    private protected virtual void StopListening() => _listener.Dispose();

    /// <summary>Gives back what an architecture has besides threads, tasks and connections.</summary>
    private protected virtual ValueTask ReleaseAsync() => ValueTask.CompletedTask;

    /// <summary>The think time of this question.</summary>
    internal Think ThinkAbout(ReadOnlySpan<byte> question) => _longOn is { } text && question.SequenceEqual(text) ? _longThink : Think;

    /// <summary>The fault of the server's own, if this question is the one that brings it about.</summary>
    /// <exception cref="WorkerCrashException">It is.</exception>
    internal void CrashIfThisIsTheOne(ReadOnlySpan<byte> question)
    {
        if (_crashOn is { } fatal && question.SequenceEqual(fatal))
        {
            Crash();
        }
    }

    /// <summary>How a worker of this server crashes.</summary>
    private protected virtual void Crash() => throw new WorkerCrashException();

    /// <summary>Writes that a worker ended with an exception.</summary>
    internal void WorkerFailed(Exception exception, string worker) =>
        Write(ServerEventKind.WorkerFailed, worker, $"{exception.GetType().Name}: {exception.Message}");

    /// <summary>Writes an event that concerns no connection.</summary>
    internal void Write(ServerEventKind kind, string worker = "", string? detail = null) =>
        Log.Write(new ServerEvent(Stopwatch.GetTimestamp(), kind, 0, 0, worker, Environment.CurrentManagedThreadId, 0, detail));

    private async Task StopCoreAsync(TimeSpan grace)
    {
        Grace = grace;
        Write(ServerEventKind.Stopping);
        await _stopping.CancelAsync().ConfigureAwait(false);
        StopListening();
        Connections.EndIdle();

        // The workers first: as long as one may still accept, the table may grow.
        var served = WorkersEndAsync().ContinueWith(_ => Connections.WhenEmptyAsync(), TaskScheduler.Default).Unwrap();
        if (!await EndsWithinAsync(served, grace).ConfigureAwait(false))
        {
            // In this order: a conversation that is woken from thinking first would end itself, and its client would see an ordinary ending.
            Connections.AbortAll();
            await _aborting.CancelAsync().ConfigureAwait(false);
            if (!await EndsWithinAsync(served, AbortLimit).ConfigureAwait(false))
            {
                RunningServers.Forget(this); // it cannot be stopped a second time, and must not be in the way of those that can
                throw new TimeoutException(InvariantText.Format($"{Name} did not stop: {OpenConnections} connections are still open {AbortLimit.TotalSeconds} s after they were aborted."));
            }
        }

        foreach (var (_, thread) in _workers)
        {
            thread?.Join();
        }

        await ReleaseAsync().ConfigureAwait(false);
        Think.Dispose();
        _longThink.Dispose();
        Connections.Dispose();
        RunningServers.Forget(this);
        Write(ServerEventKind.Stopped);
        // The token sources are not disposed: a late caller may still ask whether the server is stopping, and neither holds a timer.
    }

    private static byte[]? Ascii(string? text) => text is null ? null : Encoding.ASCII.GetBytes(text);

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan limit)
    {
        using var timer = new CancellationTokenSource();
        var first = await Task.WhenAny(task, Task.Delay(limit, timer.Token)).ConfigureAwait(false);
        await timer.CancelAsync().ConfigureAwait(false);
        return first == task;
    }

    // A worker that has not ended yet may start another.
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
            // Servers that start a thread for each connection would remember the dead ones for ever.
            if (_workers.Count >= _prunedWorkers)
            {
                _workers.RemoveAll(worker => worker.Ended.IsCompleted && worker.Thread is not { IsAlive: true });
                _prunedWorkers = Math.Max(16, 2 * _workers.Count);
            }

            _workers.Add((ended, thread));
        }
    }
}
