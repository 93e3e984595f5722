using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>What was asked for.</summary>
/// <param name="Architectures">Which, in the order of the table.</param>
/// <param name="Connections">The numbers of connections.</param>
/// <param name="Measured">How long each pair of these is measured altogether.</param>
/// <param name="Fidelity">Whether to compare makespans with theory too.</param>
internal sealed record BenchOptions(IReadOnlyList<Architecture> Architectures, IReadOnlyList<int> Connections, TimeSpan Measured, bool Fidelity)
{
    // Many short slices rather than a few long ones: how the system places the threads differs from slice to slice, and a median needs numbers.
    private const double SliceSeconds = 0.2;

    /// <summary>In how many rounds: enough that a median means something.</summary>
    public int Rounds { get; } = Math.Clamp((int)Math.Round(Measured.TotalSeconds / SliceSeconds), 3, 25);

    /// <summary>How long a slice is: the share of a round.</summary>
    public TimeSpan Slice => Measured / Rounds;
}

/// <summary>Decides what is measured, with how many workers, and in which order.</summary>
internal static class BenchPlan
{
    /// <summary>The workers of a server whose workers do not limit its connections.</summary>
    public const int DefaultWorkers = 4;

    /// <summary>More processes than this are not started for a benchmark.</summary>
    public const int MaxProcesses = 8;

    /// <summary>A cell of the table for each number of connections and each architecture.</summary>
    public static IReadOnlyList<Cell> Cells(BenchOptions options) =>
        [.. options.Connections.SelectMany(_ => options.Architectures, (connections, architecture) => CellOf(architecture, connections))];

    /// <summary>
    /// The order of a round: one number of connections after the other, and within it all architectures, so that those that are compared
    /// are measured in the same seconds. Each round begins with another architecture, and every other round goes backwards: none always
    /// comes first, or always after the same other.
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

        // In a closed loop no connection ever ends: whoever is not served at once would not be served at all. So a server whose workers
        // have one connection each gets as many workers as there are connections.
        var more = usual with { Workers = connections };
        return new Cell(architecture.Name, connections, connections)
        {
            Reason = !Fits(more) ? FormattableString.Invariant($"holds {architecture.MaxConnections(more)} at a time, and no connection of this benchmark ends: the others would wait for ever")
                : architecture.WorkersAreProcesses && connections > MaxProcesses ? FormattableString.Invariant($"has a connection for each worker, and a worker is a process: no more than {MaxProcesses} are started here")
                : null,
        };

        bool Fits(ServerOptions options) => architecture.MaxConnections(options) is not { } most || connections <= most;
    }
}
