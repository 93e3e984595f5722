using NetworkingCourse.Figures;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>The results of a benchmark so far.</summary>
internal sealed class BenchResults
{
    private const string Preferred = "kestrel";
    private const string Substitute = "async";

    private readonly List<Holding> _holdings = [];
    private readonly List<Fidelity> _fidelities = [];

    public BenchResults(BenchOptions options)
        : this(options.Architectures.Select(architecture => architecture.Name), BenchPlan.Cells(options)) =>
        (Slice, Rounds) = (options.Slice, options.Rounds);

    internal BenchResults(IEnumerable<string> architectures, IReadOnlyList<Cell> cells)
    {
        (Architectures, Cells) = ([.. architectures], cells);
        Reference = Architectures.Contains(Preferred) ? Preferred
            : Architectures.Contains(Substitute) ? Substitute
            : Architectures[^1];
    }

    public Provenance Provenance { get; } = Provenance.Here();

    public TimeSpan Slice { get; }

    public int Rounds { get; }

    public IReadOnlyList<string> Architectures { get; }

    public IReadOnlyList<Cell> Cells { get; }

    public IReadOnlyList<Holding> Holdings => _holdings;

    public IReadOnlyList<Fidelity> Fidelities => _fidelities;

    /// <summary>
    /// The architecture that all others are compared with: kestrel; without it, async; without both, the last one.
    /// </summary>
    public string Reference { get; }

    /// <summary>Whether the reference is the usual one.</summary>
    public bool IsReferencePreferred => Reference == Preferred;

    /// <summary>Whether the benchmark was interrupted.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>Whether anything failed.</summary>
    public bool HasFailures =>
        Cells.Any(cell => cell.Failure is not null) || Holdings.Any(holding => holding.Failure is not null);

    public void Add(Holding holding) => _holdings.Add(holding);

    public void Add(Fidelity fidelity) => _fidelities.Add(fidelity);

    public Cell? Find(string architecture, int connections) =>
        Cells.FirstOrDefault(cell => cell.Architecture == architecture && cell.Connections == connections);

    /// <summary>
    /// The throughput of a cell as a multiple of the reference's: the median of the ratios of all rounds; null if there is none.
    /// </summary>
    public double? Ratio(Cell cell) =>
        Find(Reference, cell.Connections) is { } reference && cell.RatiosTo(reference) is { Count: > 0 } ratios
            ? Statistics.Median(ratios)
            : null;
}

/// <summary>The measurement of a server that holds many connections open, of which only a few are active.</summary>
/// <param name="Architecture">The architecture of the server.</param>
/// <param name="Wanted">The number of connections wanted.</param>
/// <param name="Opened">The number of connections attempted; less than wanted where the system has no room for more.</param>
/// <param name="Active">The number of connections that asked without a pause.</param>
/// <param name="Held">The number of connections that were answered both at the beginning and at the end.</param>
/// <param name="Throughput">The throughput of the active connections, in answers per second.</param>
/// <param name="Latencies">The latencies of the active connections, and of the last answer on every connection.</param>
/// <param name="Holds">The resources that the server used meanwhile; null if they are not known.</param>
/// <param name="Failure">What went wrong; null if nothing did.</param>
internal sealed record Holding(
    string Architecture,
    int Wanted,
    int Opened,
    int Active,
    int Held,
    double Throughput,
    LatencyHistogram Latencies,
    ProcessResources? Holds,
    string? Failure);

/// <summary>The largest deviation of an architecture's makespan from theory.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Clients">The number of clients at which the deviation is largest.</param>
/// <param name="Difference">The deviation as a share of the prediction: 0.01 for 1 % more.</param>
internal sealed record Fidelity(string Architecture, int Clients, double Difference);
