namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A way to serve, named once: from here every comparison, the <c>serve</c> command, the fault matrix and the leak test take it.
/// </summary>
public sealed class Architecture
{
    private readonly Func<ServerOptions, Server> _create;
    private readonly Type _server;

    private Architecture(string name, string summary, Type server, Func<ServerOptions, Server> create, Parallelism waiting, int style)
    {
        (Name, Summary, _server, _create, Waiting, Style) = (name, summary, server, create, waiting, style);
    }

    /// <summary>One client after the other, on one thread.</summary>
    public static Architecture Sequential { get; } = new(
        "sequential", "one client after the other, on one thread",
        typeof(SequentialServer), options => new SequentialServer(options), Parallelism.One, style: 0);

    /// <summary>A fixed number of threads, each serving one client after the other.</summary>
    public static Architecture Threaded { get; } = new(
        "threaded", "a fixed number of threads, each serving one client after the other",
        typeof(ThreadedServer), options => new ThreadedServer(options), Parallelism.Workers, style: 1);

    /// <summary>Every client at once, by async/await on the thread pool.</summary>
    public static Architecture Async { get; } = new(
        "async", "every client at once, with async/await on a few threads of the pool",
        typeof(AsyncServer), options => new AsyncServer(options), Parallelism.Unlimited, style: 2);

    /// <summary>All of them, in the order in which the course meets them.</summary>
    public static IReadOnlyList<Architecture> All { get; } = [Sequential, Threaded, Async];

    /// <summary>The name, in lower case: <c>threaded</c>.</summary>
    public string Name { get; }

    /// <summary>How it serves, in half a sentence.</summary>
    public string Summary { get; }

    /// <summary>How many conversations it carries on at once when thinking is waiting.</summary>
    internal Parallelism Waiting { get; }

    /// <summary>Its place in the charts' palette, the same on every chart.</summary>
    internal int Style { get; }

    /// <summary>Finds an architecture by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those there are.</exception>
    public static Architecture Find(string name) =>
        All.FirstOrDefault(architecture => string.Equals(architecture.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no architecture '{name}'. There are: {string.Join(", ", All.Select(a => a.Name))}.", nameof(name));

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
        return RunningServers.Replace(options.Name ?? Name, () => _create(options));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal static Architecture Of(Server server) => All.First(architecture => architecture._server == server.GetType());

    /// <summary>How many workers a server with these options has, as a reader would say it.</summary>
    internal string Workers(ServerOptions options) => Waiting switch
    {
        Parallelism.One => "1",
        Parallelism.Workers => Display.Words.Invariant($"{options.Workers}"),
        _ => "the pool's",
    };
}

/// <summary>How many conversations an architecture carries on at once while thinking is waiting.</summary>
internal enum Parallelism
{
    /// <summary>One.</summary>
    One,

    /// <summary>As many as it has workers.</summary>
    Workers,

    /// <summary>All of them.</summary>
    Unlimited,
}
