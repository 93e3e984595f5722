using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>A cell of the benchmark: one architecture at one number of connections, with its measurements so far.</summary>
internal sealed class Cell(string architecture, int connections, int workers)
{
    private readonly List<Slice> _slices = [];

    public string Architecture { get; } = architecture;

    public int Connections { get; } = connections;

    /// <summary>The number of workers of the server, where the architecture has a fixed number of them.</summary>
    public int Workers { get; } = workers;

    /// <summary>Why the nature of the architecture rules out this measurement; null if it does not.</summary>
    public string? Reason { get; init; }

    /// <summary>What went wrong; null if nothing did.</summary>
    public string? Failure { get; set; }

    /// <summary>The time from the start of the server process until it accepted connections.</summary>
    public TimeSpan? StartUp { get; set; }

    /// <summary>The resources that the server used before the first connection.</summary>
    public ProcessResources? AtRest { get; set; }

    public IReadOnlyList<Slice> Slices => _slices;

    public bool IsMeasured => _slices.Count > 0;

    /// <summary>The throughput in answers per second: the median of the rounds.</summary>
    public double Throughput => Statistics.Median(_slices.Select(slice => slice.Throughput));

    /// <summary>The spread of the rounds: half the distance from the slowest to the fastest, as a share of the median.</summary>
    public double Spread => Statistics.Spread(_slices.Select(slice => slice.Throughput));

    /// <summary>The CPU use of the load generator, where 1 is one core: the median of the rounds.</summary>
    public double ClientCpuShare => Statistics.Median(_slices.Select(slice => slice.ClientCpuShare));

    /// <summary>
    /// The server's CPU time per answer, in microseconds: the median of the rounds; null if it could not be measured.
    /// </summary>
    public double? ServerCpuMicroseconds => Statistics.MedianOrNull(_slices.Select(slice => slice.ServerCpuMicroseconds));

    /// <summary>The resources that the server used under load, in the round with the largest working set.</summary>
    public ProcessResources? UnderLoad =>
        _slices.Select(slice => slice.UnderLoad).OfType<ProcessResources>().MaxBy(load => load.WorkingSet);

    /// <summary>The latencies of all rounds.</summary>
    public LatencyHistogram Latencies()
    {
        var sum = new LatencyHistogram();
        foreach (var slice in _slices)
        {
            sum.Add(slice.Latencies);
        }

        return sum;
    }

    /// <summary>
    /// The throughput as a multiple of another cell's, for each round that both have. Comparing within rounds cancels out the
    /// drift of the machine.
    /// </summary>
    public IReadOnlyList<double> RatiosTo(Cell reference) =>
    [
        .. _slices
            .Join(reference.Slices, slice => slice.Round, slice => slice.Round, (mine, its) => mine.Throughput / its.Throughput)
            .Where(double.IsFinite),
    ];

    public void Add(Slice slice) => _slices.Add(slice);
}

/// <summary>The measurement of a cell in one round.</summary>
/// <param name="Round">The round, counted from 0.</param>
/// <param name="Throughput">The throughput in answers per second.</param>
/// <param name="Answers">The number of answers.</param>
/// <param name="ClientCpuShare">The CPU use of the load generator, where 1 is one core.</param>
/// <param name="ServerCpuMicroseconds">The server's CPU time per answer, in microseconds; null if it is not known.</param>
/// <param name="Latencies">The latencies.</param>
/// <param name="UnderLoad">The resources that the server used halfway through; null if they are not known.</param>
internal sealed record Slice(
    int Round,
    double Throughput,
    long Answers,
    double ClientCpuShare,
    double? ServerCpuMicroseconds,
    LatencyHistogram Latencies,
    ProcessResources? UnderLoad);
