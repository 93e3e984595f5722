using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>The options of a benchmark.</summary>
/// <param name="Architectures">The architectures to measure, in the order of the table.</param>
/// <param name="Connections">The numbers of connections to measure at.</param>
/// <param name="Measured">The total time for which each architecture is measured at each number of connections.</param>
/// <param name="Fidelity">Whether to compare makespans with theory as well.</param>
internal sealed record BenchOptions(
    IReadOnlyList<Architecture> Architectures, IReadOnlyList<int> Connections, TimeSpan Measured, bool Fidelity)
{
    // Many short slices, not a few long ones: the system places the threads differently in each, and a median needs samples.
    private const double SliceSeconds = 0.2;

    /// <summary>The number of rounds: enough for a meaningful median.</summary>
    public int Rounds { get; } = Math.Clamp((int)Math.Round(Measured.TotalSeconds / SliceSeconds), 3, 25);

    /// <summary>The length of a slice: the time for which one cell is measured in one round.</summary>
    public TimeSpan Slice => Measured / Rounds;
}

/// <summary>Decides what to measure, with how many workers, and in which order.</summary>
internal static class BenchPlan
{
    /// <summary>The number of workers of a server whose workers do not limit its connections.</summary>
    public const int DefaultWorkers = 4;

    /// <summary>The largest number of worker processes that a benchmark starts.</summary>
    public const int MaxProcesses = 8;

    /// <summary>The number of connections that some servers are asked to hold open.</summary>
    public const int HeldConnections = 5000;

    /// <summary>How many of the connections held open ask questions.</summary>
    public const int ActiveConnections = 100;

    /// <summary>The think time when makespans are compared with theory.</summary>
    public static TimeSpan FidelityThink { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The architectures that can hold many connections open without a thread for each.</summary>
    public static IReadOnlyList<string> Holders { get; } = ["poll", "epoll", "loop-per-core", "callbacks", "async", "kestrel"];

    /// <summary>Creates a cell of the table for each number of connections and each architecture.</summary>
    public static IReadOnlyList<Cell> Cells(BenchOptions options) =>
    [
        .. options.Connections
            .SelectMany(_ => options.Architectures, (connections, architecture) => CellOf(architecture, connections)),
    ];

    /// <summary>
    /// The order of the cells in a round: by number of connections, and within each number all architectures, so that the cells
    /// to be compared are measured close together in time. Each round begins with a different architecture, and every other
    /// round runs backwards, so that no architecture always comes first or always follows the same one.
    /// </summary>
    /// <param name="cells">The cells, ordered by number of connections.</param>
    /// <param name="round">The round, counted from 0.</param>
    public static IEnumerable<Cell> Order(IEnumerable<Cell> cells, int round) =>
        cells.GroupBy(cell => cell.Connections).SelectMany(group =>
        {
            var row = group.ToList();
            var turned = Enumerable.Range(0, row.Count).Select(i => row[(i + round) % row.Count]);
            return round % 2 == 0 ? turned : turned.Reverse();
        });

    private static Cell CellOf(Architecture architecture, int connections)
    {
        var usual = new ServerOptions { Workers = DefaultWorkers };
        if (Fits(usual))
        {
            return new Cell(architecture.Name, connections, DefaultWorkers);
        }

        // In a closed loop no connection ever ends, so a connection that is not served at once would never be served. A server
        // whose workers serve one connection each therefore gets as many workers as there are connections.
        var more = usual with { Workers = connections };
        return new Cell(architecture.Name, connections, connections)
        {
            Reason = !Fits(more)
                ? FormattableString.Invariant(
                    $"serves {architecture.MaxConnections(more)} at a time; no connection ends, so others would never be served")
                : architecture.WorkersAreProcesses && connections > MaxProcesses
                ? FormattableString.Invariant(
                    $"needs a worker process for each connection; this benchmark starts no more than {MaxProcesses}")
                : null,
        };

        bool Fits(ServerOptions options) => architecture.MaxConnections(options) is not { } max || connections <= max;
    }
}
