using NetworkingCourse.Figures;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>What a benchmark has found out so far.</summary>
internal sealed class BenchResults
{
    private const string Preferred = "kestrel";
    private const string Substitute = "async";

    private readonly List<Holding> _holdings = [];
    private readonly List<Fidelity> _fidelities = [];

    public BenchResults(BenchOptions options)
        : this(options.Architectures.Select(architecture => architecture.Name), BenchPlan.Cells(options)) => (Slice, Rounds) = (options.Slice, options.Rounds);

    internal BenchResults(IEnumerable<string> architectures, IReadOnlyList<Cell> cells)
    {
        (Architectures, Cells) = ([.. architectures], cells);
        Reference = Architectures.Contains(Preferred) ? Preferred : Architectures.Contains(Substitute) ? Substitute : Architectures[^1];
    }

    public Provenance Provenance { get; } = Provenance.Here();

    public TimeSpan Slice { get; }

    public int Rounds { get; }

    public IReadOnlyList<string> Architectures { get; }

    public IReadOnlyList<Cell> Cells { get; }

    public IReadOnlyList<Holding> Holdings => _holdings;

    public IReadOnlyList<Fidelity> Fidelities => _fidelities;

    /// <summary>The architecture that ratios are formed with: kestrel, or in its absence async, or the last.</summary>
    public string Reference { get; }

    /// <summary>Whether the reference is the one that the targets are about.</summary>
    public bool IsReferencePreferred => Reference == Preferred;

    /// <summary>Whether it was ended before its time.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>Whether something went wrong that has nothing to do with being slow.</summary>
    public bool HasFailures => Cells.Any(cell => cell.Failure is not null) || Holdings.Any(holding => holding.Failure is not null);

    public void Add(Holding holding) => _holdings.Add(holding);

    public void Add(Fidelity fidelity) => _fidelities.Add(fidelity);

    public Cell? Find(string architecture, int connections) =>
        Cells.FirstOrDefault(cell => cell.Architecture == architecture && cell.Connections == connections);

    /// <summary>The throughput of a cell as a multiple of the reference's: formed in each round, and then the median; null if there is none.</summary>
    public double? Ratio(Cell cell) =>
        Find(Reference, cell.Connections) is { } reference && cell.RatiosTo(reference) is { Count: > 0 } ratios ? Statistics.Median(ratios) : null;
}

/// <summary>Connections held open, of which a few are active.</summary>
/// <param name="Architecture">At which server.</param>
/// <param name="Wanted">How many were wanted.</param>
/// <param name="Opened">How many were tried: fewer where the system has no room for more.</param>
/// <param name="Active">How many of them asked without a pause.</param>
/// <param name="Held">How many were answered at the beginning, and at the end again.</param>
/// <param name="Throughput">What the active ones were answered meanwhile, answers a second.</param>
/// <param name="Latencies">Their latencies, and those of the last answers.</param>
/// <param name="Holds">What the server took meanwhile; null if it was not to be had.</param>
/// <param name="Failure">What went wrong; null if nothing did.</param>
internal sealed record Holding(
    string Architecture, int Wanted, int Opened, int Active, int Held, double Throughput, LatencyHistogram Latencies, ProcessResources? Holds, string? Failure)
{
    public bool AllAnswered => Failure is null && Held == Opened;
}

/// <summary>How far the makespan of an architecture lies from theory, where it lies farthest.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Clients">At how many clients that was.</param>
/// <param name="Difference">The distance, as a share of the prediction: 0.01 for 1 % more.</param>
internal sealed record Fidelity(string Architecture, int Clients, double Difference);
