using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>An architecture at a number of connections, and what has been measured of it so far.</summary>
internal sealed class Cell(string architecture, int connections, int workers)
{
    private readonly List<Slice> _slices = [];

    public string Architecture { get; } = architecture;

    public int Connections { get; } = connections;

    /// <summary>How many workers its server has, where the architecture has a fixed number of them.</summary>
    public int Workers { get; } = workers;

    /// <summary>Why it cannot be measured, by the nature of the architecture; null if it can.</summary>
    public string? Reason { get; init; }

    /// <summary>What went wrong; null if nothing did.</summary>
    public string? Failure { get; set; }

    /// <summary>How long its server took from the process's start until it could be connected to.</summary>
    public TimeSpan? StartUp { get; set; }

    /// <summary>What its server took before the first connection.</summary>
    public ProcessResources? AtRest { get; set; }

    public IReadOnlyList<Slice> Slices => _slices;

    public bool IsMeasured => _slices.Count > 0;

    /// <summary>Answers a second: the median of the rounds.</summary>
    public double Throughput => Statistics.Median(_slices.Select(slice => slice.Throughput));

    /// <summary>How far the rounds lie apart: half the distance from the slowest to the fastest, as a share of the median.</summary>
    public double Spread => Statistics.Spread(_slices.Select(slice => slice.Throughput));

    /// <summary>How busy the generator was; 1 is one core. The median of the rounds.</summary>
    public double ClientCpuShare => Statistics.Median(_slices.Select(slice => slice.ClientCpuShare));

    /// <summary>What an answer cost the server, in microseconds of processor time: the median of the rounds; null where it could not be measured.</summary>
    public double? ServerCpuMicroseconds => Statistics.MedianOrNull(_slices.Select(slice => slice.ServerCpuMicroseconds));

    /// <summary>What its server took at the most while it answered.</summary>
    public ProcessResources? UnderLoad => _slices.Select(slice => slice.UnderLoad).OfType<ProcessResources>().MaxBy(load => load.WorkingSet);

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

    /// <summary>The throughput as a multiple of another cell's, formed in each round that both have: drift of the machine hits both alike.</summary>
    public IReadOnlyList<double> RatiosTo(Cell reference) =>
        [.. _slices.Join(reference.Slices, slice => slice.Round, slice => slice.Round, (mine, its) => mine.Throughput / its.Throughput).Where(double.IsFinite)];

    public void Add(Slice slice) => _slices.Add(slice);
}

/// <summary>A round's measurement of a cell.</summary>
/// <param name="Round">The round, counted from 0.</param>
/// <param name="Throughput">Answers a second.</param>
/// <param name="Answers">How many answers that were.</param>
/// <param name="ClientCpuShare">How busy the generator was; 1 is one core.</param>
/// <param name="ServerCpuMicroseconds">What an answer cost the server; null if it was not to be had.</param>
/// <param name="Latencies">The latencies.</param>
/// <param name="UnderLoad">What the server took in the middle of it; null if it was not to be had.</param>
internal sealed record Slice(
    int Round, double Throughput, long Answers, double ClientCpuShare, double? ServerCpuMicroseconds, LatencyHistogram Latencies, ProcessResources? UnderLoad);
