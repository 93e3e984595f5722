using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A way to serve, named once: from here every comparison, the <c>serve</c> command, the fault matrix and the leak test take it.
/// </summary>
public sealed class Architecture
{
    private readonly Func<ServerOptions, Server> _create;
    private readonly Type _server;

    private Architecture(string name, string summary, Type server, Func<ServerOptions, Server> create, Parallelism waiting, int style, bool onOneThread = false)
    {
        (Name, Summary, _server, _create, Waiting, Style, OnOneThread) = (name, summary, server, create, waiting, style, onOneThread);
    }

    /// <summary>One client after the other, on one thread.</summary>
    public static Architecture Sequential { get; } = new(
        "sequential", "one client after the other, on one thread",
        typeof(SequentialServer), options => new SequentialServer(options), Parallelism.One, style: 0);

    /// <summary>A fixed number of threads under a supervisor, each serving one client after the other.</summary>
    public static Architecture Threaded { get; } = new(
        "threaded", "a fixed number of threads under a supervisor, each serving one client after the other",
        typeof(ThreadedServer), options => new ThreadedServer(options), Parallelism.Workers, style: 1);

    /// <summary>A thread for every client, up to a limit.</summary>
    public static Architecture ThreadPerConnection { get; } = new(
        "thread-per-connection", "a thread for every client, up to a limit",
        typeof(ThreadPerConnectionServer), options => new ThreadPerConnectionServer(options), Parallelism.Connections, style: 3);

    /// <summary>A fixed number of processes under a supervisor.</summary>
    public static Architecture Processes { get; } = new(
        "processes", "a fixed number of processes under a supervisor, each serving one client after the other",
        typeof(ProcessServer), options => new ProcessServer(options), Parallelism.Workers, style: 4)
    {
        WorkersAreProcesses = true,
    };

    /// <summary>An event loop that asks about all of its sockets each time.</summary>
    public static Architecture Poll { get; } = new(
        "poll", "every client on one thread: an event loop on poll, or select",
        typeof(PollServer), options => new PollServer(options), Parallelism.Unlimited, style: 5, onOneThread: true);

    /// <summary>An event loop that the system tells which sockets are ready.</summary>
    public static Architecture Epoll { get; } = new(
        "epoll", "every client on one thread: an event loop on epoll, which is Linux's",
        typeof(EpollServer), options => new EpollServer(options), Parallelism.Unlimited, style: 6, onOneThread: true);

    /// <summary>Every client at once, by callbacks.</summary>
    public static Architecture Callbacks { get; } = new(
        "callbacks", "every client at once, by callbacks on threads of the pool",
        typeof(CallbackServer), options => new CallbackServer(options), Parallelism.Unlimited, style: 7);

    /// <summary>Every client at once, by async/await on the thread pool.</summary>
    public static Architecture Async { get; } = new(
        "async", "every client at once, with async/await on a few threads of the pool",
        typeof(AsyncServer), options => new AsyncServer(options), Parallelism.Unlimited, style: 2);

    /// <summary>Every client at once, by a connection handler on Kestrel.</summary>
    public static Architecture Kestrel { get; } = new(
        "kestrel", "every client at once, by a connection handler on ASP.NET Core's server",
        typeof(KestrelServer), options => new KestrelServer(options), Parallelism.Unlimited, style: 8);

    /// <summary>All of them, in the order in which the course meets them.</summary>
    public static IReadOnlyList<Architecture> All { get; } = [Sequential, Threaded, ThreadPerConnection, Processes, Poll, Epoll, Callbacks, Async, Kestrel];

    /// <summary>The name, in lower case: <c>threaded</c>.</summary>
    public string Name { get; }

    /// <summary>How it serves, in half a sentence.</summary>
    public string Summary { get; }

    /// <summary>How many conversations it carries on at once when thinking is waiting.</summary>
    internal Parallelism Waiting { get; }

    /// <summary>Whether one thread does everything, so that while it computes for one client it serves no other.</summary>
    internal bool OnOneThread { get; }

    /// <summary>Whether each of its workers is a process of its own, and so costs what a process costs.</summary>
    public bool WorkersAreProcesses { get; private init; }

    /// <summary>Its place in the charts' palette, the same on every chart.</summary>
    internal int Style { get; }

    /// <summary>Finds an architecture by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those there are.</exception>
    public static Architecture Find(string name) =>
        All.FirstOrDefault(architecture => string.Equals(architecture.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no architecture '{name}'. There are: {string.Join(", ", All.Select(a => a.Name))}.", nameof(name));

    /// <summary>How many connections a server of this architecture holds at once, each of them served; null where none of its options limits it.</summary>
    /// <param name="options">Its options.</param>
    public int? MaxConnections(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Waiting switch
        {
            Parallelism.One => 1,
            Parallelism.Workers => options.Workers,
            Parallelism.Connections => options.ConnectionLimit,
            _ => null,
        };
    }

    /// <summary>Starts a server of this architecture on 127.0.0.1. When this returns, clients can connect.</summary>
    /// <param name="think">The think time: what one answer costs; none unless told otherwise.</param>
    /// <param name="workers">How many workers, where the architecture has a fixed number; 4 unless told otherwise.</param>
    /// <param name="computing">True: thinking computes. False: it waits.</param>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <param name="name">The name to run under, by default the architecture's. A server running under that name is replaced.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value makes no sense.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or may not be used.</exception>
    public Server Start(TimeSpan think = default, int workers = 4, bool computing = false, int port = 0, string? name = null) =>
        Start(new ServerOptions
        {
            Think = think,
            Workers = workers,
            ThinkKind = computing ? ThinkKind.Computing : ThinkKind.Waiting,
            Port = port,
            Name = name,
        });

    /// <summary>Starts a server of this architecture with any options.</summary>
    /// <inheritdoc cref="Start(TimeSpan, int, bool, int, string)"/>
    public Server Start(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var server = RunningServers.Replace(options.Name ?? Name, () => _create(options));
        server.Start();
        return server;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal static Architecture Of(Server server) => All.First(architecture => architecture._server == server.GetType());

    /// <summary>How many workers a server with these options has, as a reader would say it.</summary>
    internal string Workers(ServerOptions options) => Waiting switch
    {
        Parallelism.One => "1",
        Parallelism.Workers => InvariantText.Format($"{options.Workers}"),
        Parallelism.Connections => InvariantText.Format($"one for each connection, at most {options.ConnectionLimit:N0}"),
        _ when OnOneThread => "1",
        _ => "the pool's",
    };

    /// <summary>How many of these clients a server with these options serves at once; <see cref="int.MaxValue"/> for as many as come.</summary>
    internal int AtOnce(ServerOptions options, int clients) => Waiting switch
    {
        Parallelism.One => 1,
        Parallelism.Workers => options.Workers,
        Parallelism.Connections when clients > options.ConnectionLimit => options.ConnectionLimit,
        _ => OnOneThread && options.ThinkKind != ThinkKind.Waiting ? 1 : int.MaxValue,
    };
}

/// <summary>How many conversations an architecture carries on at once while thinking is waiting.</summary>
internal enum Parallelism
{
    /// <summary>One.</summary>
    One,

    /// <summary>As many as it has workers.</summary>
    Workers,

    /// <summary>As many as it may have connections.</summary>
    Connections,

    /// <summary>All of them.</summary>
    Unlimited,
}
