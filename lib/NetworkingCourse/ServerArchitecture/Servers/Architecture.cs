using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A server architecture of the course. Comparisons, the <c>serve</c> command, the fault matrix and the leak test all use the
/// instances defined here.
/// </summary>
public sealed class Architecture
{
    private readonly Func<ServerOptions, Server> _create;
    private readonly Type _server;
    private readonly Func<ServerOptions, int>? _loops; // how many event loops serve the clients; null if none do

    internal Architecture(
        string name, string summary, Type server, Func<ServerOptions, Server> create, Parallelism waiting, int style,
        Func<ServerOptions, int>? loops = null)
    {
        (Name, Summary, _server, _create, Waiting, Style, _loops) = (name, summary, server, create, waiting, style, loops);
    }

    /// <summary>One client at a time, on one thread.</summary>
    public static Architecture Sequential { get; } = new(
        "sequential", "one client at a time, on one thread",
        typeof(SequentialServer), options => new SequentialServer(options), Parallelism.One, style: 0);

    /// <summary>A fixed number of supervised threads, each serving one client at a time.</summary>
    public static Architecture Threaded { get; } = new(
        "threaded", "a fixed number of supervised threads, each serving one client at a time",
        typeof(ThreadedServer), options => new ThreadedServer(options), Parallelism.Workers, style: 1);

    /// <summary>One thread per client, up to a limit.</summary>
    public static Architecture ThreadPerConnection { get; } = new(
        "thread-per-connection", "one thread per client, up to a limit",
        typeof(ThreadPerConnectionServer), options => new ThreadPerConnectionServer(options), Parallelism.Connections, style: 3);

    /// <summary>A fixed number of supervised processes, each serving one client at a time.</summary>
    public static Architecture Processes { get; } = new(
        "processes", "a fixed number of supervised processes, each serving one client at a time",
        typeof(ProcessServer), options => new ProcessServer(options), Parallelism.Workers, style: 4)
    {
        WorkersAreProcesses = true,
    };

    /// <summary>An event loop that asks about all of its sockets on every turn.</summary>
    public static Architecture Poll { get; } = new(
        "poll", "all clients on one thread: an event loop using poll or select",
        typeof(PollServer), options => new PollServer(options), Parallelism.Unlimited, style: 5, loops: _ => 1);

    /// <summary>An event loop that asks the system only for the sockets that are ready.</summary>
    public static Architecture Epoll { get; } = new(
        "epoll", "all clients on one thread: an event loop using epoll (Linux only)",
        typeof(EpollServer), options => new EpollServer(options), Parallelism.Unlimited, style: 6, loops: _ => 1);

    /// <summary>An event loop per core, each with a listening socket of its own on the same port.</summary>
    public static Architecture LoopPerCore { get; } = new(
        "loop-per-core", "all clients at once: an event loop per core, each with its own listening socket (Linux only)",
        typeof(LoopPerCoreServer), options => new LoopPerCoreServer(options), Parallelism.Unlimited, style: 9,
        LoopPerCoreServer.LoopsOf);

    /// <summary>All clients at once, with callbacks on the thread pool.</summary>
    public static Architecture Callbacks { get; } = new(
        "callbacks", "all clients at once, with callbacks on the thread pool",
        typeof(CallbackServer), options => new CallbackServer(options), Parallelism.Unlimited, style: 7);

    /// <summary>All clients at once, with async/await on the thread pool.</summary>
    public static Architecture Async { get; } = new(
        "async", "all clients at once, with async/await on a few thread-pool threads",
        typeof(AsyncServer), options => new AsyncServer(options), Parallelism.Unlimited, style: 2);

    /// <summary>All clients at once, with a connection handler on Kestrel.</summary>
    public static Architecture Kestrel { get; } = new(
        "kestrel", "all clients at once, with a connection handler on the ASP.NET Core server",
        typeof(KestrelServer), options => new KestrelServer(options), Parallelism.Unlimited, style: 8);

    /// <summary>All architectures, in the order in which the course introduces them.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
        [Sequential, Threaded, ThreadPerConnection, Processes, Poll, Epoll, LoopPerCore, Callbacks, Async, Kestrel];

    /// <summary>
    /// An architecture of your own: your code gets a listening socket and does all the rest. Its servers start, are put under
    /// load, and are drawn in charts like those of the course.
    /// </summary>
    /// <param name="name">Its name, in charts and tables.</param>
    /// <param name="body">
    /// The server. It blocks until <see cref="Serving.Stopping"/> is cancelled; the listening socket is closed at that moment.
    /// </param>
    /// <param name="atOnce">
    /// How many clients it claims to serve at once, from which the prediction is made; 1 by default, <see cref="int.MaxValue"/>
    /// for all of them.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty, or that of an architecture of the course.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="atOnce"/> is not positive.</exception>
    public static Architecture Own(string name, Action<Socket, Serving> body, int atOnce = 1)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Own(
            name,
            (listener, serving) =>
            {
                body(listener, serving);
                return Task.CompletedTask;
            },
            atOnce);
    }

    /// <param name="name">Its name, in charts and tables.</param>
    /// <param name="body">The server. Its task ends when <see cref="Serving.Stopping"/> is cancelled.</param>
    /// <param name="atOnce">
    /// How many clients it claims to serve at once, from which the prediction is made; all of them by default. Say 1 for a lambda
    /// that blocks and loops for ever: it fits this method too.
    /// </param>
    /// <inheritdoc cref="Own(string, Action{Socket, Serving}, int)"/>
    public static Architecture Own(string name, Func<Socket, Serving, Task> body, int atOnce = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Own(name, options => new OwnServer(options, body), atOnce);
    }

    /// <summary>
    /// An architecture of your own, as a class that derives from <see cref="Server"/>: the base class binds, logs and stops; your
    /// class says in <c>Serve</c> how to serve.
    /// </summary>
    /// <param name="create">
    /// Creates a server with these options, which it passes to the base class: <c>options => new Mine(options)</c>.
    /// </param>
    /// <param name="name">Its name, in charts and tables.</param>
    /// <param name="atOnce">
    /// How many clients it claims to serve at once, from which the prediction is made; all of them by default.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty, or that of an architecture of the course.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="atOnce"/> is not positive.</exception>
    public static Architecture Own(string name, Func<ServerOptions, Server> create, int atOnce = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(atOnce, 1);
        if (All.Any(architecture => string.Equals(architecture.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"'{name}' is an architecture of the course. Choose another name.", nameof(name));
        }

        var parallelism = atOnce switch
        {
            1 => Parallelism.One,
            int.MaxValue => Parallelism.Unlimited,
            _ => Parallelism.Claimed,
        };
        return new Architecture(name, "your own", typeof(Server), create, parallelism, Figures.Series.Own)
        {
            ClaimedAtOnce = atOnce,
            IsOwn = true,
        };
    }

    /// <summary>The name in lower case, for example <c>threaded</c>.</summary>
    public string Name { get; }

    /// <summary>A short phrase that describes how it serves clients.</summary>
    public string Summary { get; }

    /// <summary>How many conversations run at once while the server's think time is spent waiting.</summary>
    internal Parallelism Waiting { get; }

    /// <summary>Whether event loops do all the work, so that computing for one client stalls all others of its loop.</summary>
    internal bool RunsLoops => _loops is not null;

    /// <summary>Whether each worker is a separate process, with the cost of one.</summary>
    public bool WorkersAreProcesses { get; private init; }

    /// <summary>Whether its code is the learner's.</summary>
    internal bool IsOwn { get; private init; }

    /// <summary>How many clients an architecture of the learner's claims to serve at once.</summary>
    internal int ClaimedAtOnce { get; private init; } = int.MaxValue;

    /// <summary>The index of its style in the chart palette, the same on every chart.</summary>
    internal int Style { get; }

    /// <summary>Finds an architecture by name, ignoring case.</summary>
    /// <exception cref="ArgumentException">No architecture has that name; the message lists the valid names.</exception>
    public static Architecture Find(string name) =>
        All.FirstOrDefault(architecture => string.Equals(architecture.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"There is no architecture '{name}'. Choose from: {string.Join(", ", All.Select(a => a.Name))}.", nameof(name));

    /// <summary>
    /// The number of connections that a server of this architecture can serve at once; null if no option limits it.
    /// </summary>
    /// <param name="options">The server's options.</param>
    public int? MaxConnections(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Waiting switch
        {
            Parallelism.One => 1,
            Parallelism.Workers => options.Workers,
            Parallelism.Connections => options.ConnectionLimit,
            Parallelism.Claimed => ClaimedAtOnce,
            _ => null,
        };
    }

    /// <summary>Starts a server of this architecture on 127.0.0.1. Clients can connect as soon as this returns.</summary>
    /// <param name="think">The think time, which is the cost of one answer; none by default.</param>
    /// <param name="workers">The number of workers in architectures with a fixed number; 4 by default.</param>
    /// <param name="computing">Whether the think time is spent computing (true) or waiting (false).</param>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <param name="name">
    /// The name to run under, by default the architecture's. A server that is already running under that name is replaced.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is in use or not permitted.</exception>
    public Server Start(TimeSpan think = default, int workers = 4, bool computing = false, int port = 0, string? name = null) =>
        Start(new ServerOptions
        {
            Think = think,
            Workers = workers,
            ThinkKind = computing ? ThinkKind.Computing : ThinkKind.Waiting,
            Port = port,
            Name = name,
        });

    /// <summary>Starts a server of this architecture with the given options.</summary>
    /// <inheritdoc cref="Start(TimeSpan, int, bool, int, string)"/>
    public Server Start(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return NetworkService.Start(options.Name ?? Name, () => IsOwn ? CreateOwn(options) : _create(options));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    // The server learns from its options which architecture it belongs to.
    private Server CreateOwn(ServerOptions options)
    {
        var server = _create(options with { Own = this })
            ?? throw new InvalidOperationException($"'{Name}' has created no server.");
        if (server.Options.Own == this)
        {
            return server;
        }

        _ = server.StopAsync(TimeSpan.Zero);
        throw new InvalidOperationException(
            $"'{Name}' must pass its options on to its server: `options => new {server.GetType().Name}(options)`.");
    }

    internal static Architecture Of(Server server) => All.First(architecture => architecture._server == server.GetType());

    /// <summary>Describes the number of workers of a server with these options, for tables.</summary>
    internal string Workers(ServerOptions options) => Waiting switch
    {
        Parallelism.One => "1",
        Parallelism.Workers => InvariantText.Format($"{options.Workers}"),
        Parallelism.Connections => InvariantText.Format($"one per connection, at most {options.ConnectionLimit:N0}"),
        _ when IsOwn => ClaimedAtOnce == int.MaxValue ? "all at once" : InvariantText.Format($"{ClaimedAtOnce} at once"),
        _ when _loops is not null => InvariantText.Format($"{_loops(options)}"),
        _ => "thread pool",
    };

    /// <summary>
    /// How many of these clients a server with these options serves at once; <see cref="int.MaxValue"/> if there is no limit.
    /// </summary>
    internal int AtOnce(ServerOptions options, int clients) => Waiting switch
    {
        Parallelism.One => 1,
        Parallelism.Workers => options.Workers,
        Parallelism.Claimed => ClaimedAtOnce,
        Parallelism.Connections when clients > options.ConnectionLimit => options.ConnectionLimit,
        _ => _loops is not null && options.ThinkKind != ThinkKind.Waiting ? _loops(options) : int.MaxValue,
    };
}

/// <summary>How many conversations an architecture runs at once while the think time is spent waiting.</summary>
internal enum Parallelism
{
    /// <summary>One at a time.</summary>
    One,

    /// <summary>One per worker.</summary>
    Workers,

    /// <summary>One per connection, up to the connection limit.</summary>
    Connections,

    /// <summary>As many as an architecture of the learner's claims.</summary>
    Claimed,

    /// <summary>All of them, without a limit.</summary>
    Unlimited,
}
