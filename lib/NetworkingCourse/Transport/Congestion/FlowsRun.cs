using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>The state of all flows at one moment.</summary>
/// <param name="At">The time.</param>
/// <param name="Queued">The number of segments in the link's queue, including the one being sent.</param>
/// <param name="Windows">The congestion window of each flow, in segments.</param>
/// <param name="Phases">The phase of each window.</param>
/// <param name="Delivered">The number of distinct segments of each flow that have arrived.</param>
public sealed record FlowsSample(
    TimeSpan At, int Queued, IReadOnlyList<double> Windows, IReadOnlyList<CongestionPhase> Phases, IReadOnlyList<long> Delivered);

/// <summary>The result of running flows over a shared link.</summary>
/// <param name="Link">The link.</param>
/// <param name="Flows">The flows.</param>
/// <param name="Samples">The state of the flows over time.</param>
/// <param name="Retransmissions">The number of retransmissions of each flow.</param>
/// <param name="Timeouts">The number of retransmission timeouts of each flow.</param>
public sealed record FlowsRun(
    LinkOptions Link,
    IReadOnlyList<FlowOptions> Flows,
    IReadOnlyList<FlowsSample> Samples,
    IReadOnlyList<int> Retransmissions,
    IReadOnlyList<int> Timeouts) : ShownRecord
{
    /// <summary>The duration of the run, in simulated time.</summary>
    public TimeSpan Duration => Samples[^1].At;

    /// <summary>
    /// The bandwidth-delay product in segments: how many fit on the path while the queue is empty. A window of this
    /// size just keeps the link busy.
    /// </summary>
    /// <param name="flow">The index of the flow, from 0.</param>
    public double Pipe(int flow = 0) =>
        Link.BitsPerSecond!.Value * (Flows[flow].RoundTrip + Link.Delay).TotalSeconds / (8 * Bottleneck.SegmentBytes);

    /// <summary>
    /// The window of a single flow at which the queue overflows: the capacity of the path and of the
    /// queue, plus the segment being sent.
    /// </summary>
    public double Overflow => Pipe() + Link.QueueLimit + 1;

    /// <summary>The throughput of a flow between two moments, in bits per second.</summary>
    /// <param name="flow">The index of the flow, from 0.</param>
    /// <param name="from">The beginning of the interval; by default the start of the run.</param>
    /// <param name="until">The end of the interval; by default the end of the run.</param>
    public double Throughput(int flow, TimeSpan? from = null, TimeSpan? until = null)
    {
        var (begin, end) = (from ?? TimeSpan.Zero, until ?? Duration);
        return (At(end, flow) - At(begin, flow)) * 8.0 * Bottleneck.SegmentBytes / (end - begin).TotalSeconds;
    }

    /// <summary>
    /// Jain's index of the flows' throughputs between two moments: 1 if all n are equal, 1/n if one flow has everything.
    /// </summary>
    /// <param name="from">The beginning of the interval.</param>
    /// <param name="until">The end of the interval; by default the end of the run.</param>
    public double Fairness(TimeSpan from, TimeSpan? until = null) =>
        Transport.Fairness.Jain([.. Flows.Select((_, flow) => Throughput(flow, from, until))]);

    /// <summary>The name of a flow in charts.</summary>
    internal string NameOf(int flow) =>
        InvariantText.Format($"flow {flow + 1}{(Flows[flow].Own is null ? "" : ", yours")}");

    /// <summary>Plots the windows over time: the sawtooth.</summary>
    public Figure Windows() => WindowsOverTime.Draw(this);

    /// <summary>Plots each flow's share of the link over time, and how fair the shares are.</summary>
    public Figure Shares() => SharesOverTime.Draw(this);

    /// <summary>Plots the windows of the first two flows against each other, from the start of the second.</summary>
    /// <param name="length">The length of the plotted interval; 15 s by default.</param>
    public Figure Phases(TimeSpan? length = null) => WindowAgainstWindow.Draw(this, length ?? TimeSpan.FromSeconds(15));

    /// <summary>Plots the window of the first flow beside those of other runs over the same link.</summary>
    /// <param name="runs">The runs, each with its name in the chart.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no run.</exception>
    public static Figure Beside(params IReadOnlyList<(string Name, FlowsRun Run)> runs) => WindowsBeside.Draw(runs);

    /// <summary>When the window of a flow first reaches a size; null if it never does.</summary>
    /// <param name="size">The size in segments.</param>
    /// <param name="flow">The index of the flow, from 0.</param>
    public TimeSpan? ReachedAt(double size, int flow = 0) =>
        Samples.FirstOrDefault(sample => sample.Windows[flow] >= size)?.At;

    /// <inheritdoc/>
    public override string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => AsTable().ToString();

    private Table AsTable() => new(
        ["flow", "starts", "round trip", "throughput since its start", "share of the link", "retransmissions", "timeouts"],
        Flows.Select(IReadOnlyList<object?> (flow, i) =>
        [
            InvariantText.Format($"{i + 1}"),
            InvariantText.Of(flow.Starts),
            InvariantText.Of(flow.RoundTrip),
            InvariantText.Format($"{Throughput(i, flow.Starts) / 1e6:F2} Mbit/s"),
            InvariantText.Format($"{Throughput(i, flow.Starts) / Link.BitsPerSecond!.Value * 100:F1} %"),
            Retransmissions[i],
            Timeouts[i],
        ]),
        InvariantText.Format($"{InvariantText.Of(Duration)} of simulated time; the link: {Link}."));

    // From the last sample at or before the given time.
    private long At(TimeSpan time, int flow)
    {
        var index = Samples.Count(sample => sample.At <= time) - 1;
        return index < 0 ? 0 : Samples[index].Delivered[flow];
    }
}
