using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
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
    private readonly Workers _workers;
    private readonly Listener _listener;

    /// <summary>Binds to a port on 127.0.0.1. The server serves no clients until it is started.</summary>
    /// <param name="options">The server options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="SocketException">The port is in use or not permitted.</exception>
    protected Server(ServerOptions options)
        : this(options, valid => new Listener(valid.Port, valid.Backlog, valid.SharesPort))
    {
    }

    /// <summary>Creates a server with a listener supplied by the caller.</summary>
    private protected Server(ServerOptions options, Func<ServerOptions, Listener> listen)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _listener = listen(options);
        EndPoint = _listener.EndPoint;
        _workers = new Workers(this);
        ThinkTimes = new ThinkTimes(options, Crash, Aborting);
        Connections = new ConnectionTable(Log, options.QuestionDeadline, Stopping, Aborting);
    }

    /// <summary>The name of the server; by default, that of its architecture.</summary>
    public override string Name => Options.Name ?? Architecture.Name;

    /// <summary>The server's architecture.</summary>
    public virtual Architecture Architecture => Options.Own ?? Architecture.Of(this);

    /// <summary>The server's options.</summary>
    public ServerOptions Options { get; }

    /// <summary>The endpoint on which it listens.</summary>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The log of what has happened so far.</summary>
    public ServerLog Log { get; } = new();

    private protected override string LogSummary => Log.Summary();

    private protected override string InProgress => OpenConnections switch
    {
        0 => base.InProgress,
        1 => "1 connection has not ended. Does every path of its conversation call End?",
        var open => InvariantText.Format($"{open} connections have not ended. Does every path of a conversation call End?"),
    };

    /// <summary>The number of connections open at the moment.</summary>
    public virtual int OpenConnections => Connections.Count;

    /// <summary>Whether the log tells of each connection and question.</summary>
    internal virtual bool LogsConversations => true;

    /// <summary>The first exception that a worker, or the learner's code, did not handle; null if there was none.</summary>
    internal Exception? Failure { get; private set; }

    internal ConnectionTable Connections { get; }

    internal ThinkTimes ThinkTimes { get; }

    private protected Listener Listener => _listener;

    /// <summary>
    /// Starts the server's threads and tasks, with <see cref="StartThread"/> or <see cref="StartTask"/>, and returns.
    /// </summary>
    protected abstract void Serve();

    /// <summary>Accepts the next connection from the accept queue; blocks while the queue is empty.</summary>
    /// <returns>The connection, already logged and tracked, or null if the server is stopping.</returns>
    protected internal SocketConnection? Accept(string worker)
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
    protected async ValueTask<SocketConnection?> AcceptAsync(string worker) =>
        await AcceptAsync(_listener, worker).ConfigureAwait(false) is { } socket ? Open(socket, worker) : null;

    /// <summary>Numbers, logs and tracks a connection that has been accepted.</summary>
    private protected SocketConnection Open(Socket socket, string worker) =>
        Connections.Add(number => new SocketConnection(Connections, ThinkTimes, socket, number, worker));

    /// <summary>Logs a failed accept. The caller should pause before it retries, or it may fail over and over.</summary>
    private protected override void AcceptFailed(SocketException exception, string worker) =>
        Write(ServerEventKind.AcceptFailed, worker, $"{exception.SocketErrorCode}: {exception.Message}");

    /// <summary>Pauses after a failed accept; returns early if the server stops.</summary>
    private protected void Pause() => Stopping.WaitHandle.WaitOne(FailurePause);

    /// <summary>Starts a thread of the server. An unhandled exception is logged and does not end the process.</summary>
    /// <param name="worker">The thread's name, in the log and in a debugger.</param>
    /// <param name="body">The code to run, which receives the thread's name.</param>
    protected internal void StartThread(string worker, Action<string> body) => _workers.StartThread(worker, body);

    /// <summary>Starts a fixed number of workers, each on its own thread, supervised unless the options disable that.</summary>
    /// <param name="names">The names of the workers.</param>
    /// <param name="body">
    /// The code of a worker, which receives the worker's name. It throws an exception if and only if the worker has died.
    /// </param>
    protected void StartWorkers(IReadOnlyList<string> names, Action<string> body) => _workers.StartAll(names, body);

    /// <summary>Starts a task of the server, handling exceptions and context like <see cref="StartThread"/>.</summary>
    protected void StartTask(Func<Task> body) => _workers.StartTask(body);

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
    public override string ToHtml() => ServerView.Html(this);

    /// <inheritdoc/>
    public override string ToString() => ServerView.Line(this);

    /// <summary>Stops accepting; by default, closes the listener.</summary>
    private protected override void StopListening() => _listener.Dispose();

    /// <summary>Crashes a worker in the way of this architecture.</summary>
    private protected virtual void Crash() => throw new WorkerCrashException();

    /// <summary>Logs that a worker ended with an exception.</summary>
    internal void WorkerFailed(Exception exception, string worker)
    {
        Failure ??= exception;
        Write(ServerEventKind.WorkerFailed, worker, $"{exception.GetType().Name}: {exception.Message}");
    }

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
        await _workers.WhenEndedAsync().ConfigureAwait(false);
        await Connections.WhenEmptyAsync().ConfigureAwait(false);
    }

    // Before the token is cancelled: a conversation woken from its think time before the abort would end itself, and its client
    // would see a normal close.
    private protected override void Abort() => Connections.AbortAll();

    private protected override ValueTask ReleaseAsync()
    {
        _workers.Join();
        ThinkTimes.Dispose();
        Connections.Dispose();
        return ValueTask.CompletedTask;
    }
}
