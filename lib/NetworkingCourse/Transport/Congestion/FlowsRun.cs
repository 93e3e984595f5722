using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>The state of all flows at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="Queued">How many segments are in the queue of the link, the one being sent included.</param>
/// <param name="Windows">The congestion window of each flow, in segments.</param>
/// <param name="Phases">The state of each window.</param>
/// <param name="Delivered">How many segments of each flow have arrived, each counted once.</param>
public sealed record FlowsSample(
    TimeSpan At, int Queued, IReadOnlyList<double> Windows, IReadOnlyList<CongestionPhase> Phases, IReadOnlyList<long> Delivered);

/// <summary>What flows did that shared a link.</summary>
/// <param name="Link">The link.</param>
/// <param name="Flows">The flows.</param>
/// <param name="Samples">Their state, over time.</param>
/// <param name="Retransmissions">How many segments each sent again.</param>
/// <param name="Timeouts">How many times a timer of each went off.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record FlowsRun(
    LinkOptions Link, IReadOnlyList<FlowOptions> Flows, IReadOnlyList<FlowsSample> Samples, IReadOnlyList<int> Retransmissions, IReadOnlyList<int> Timeouts) : IShown
{
    /// <summary>For how long they ran, in simulated time.</summary>
    public TimeSpan Duration => Samples[^1].At;

    /// <summary>How many segments the way holds when the queue is empty: the product of rate and round-trip time. It is the window that just keeps the link busy.</summary>
    /// <param name="flow">Of which flow, from 0.</param>
    public double Pipe(int flow = 0) => Link.BitsPerSecond!.Value * (Flows[flow].RoundTrip + Link.Delay).TotalSeconds / (8 * Bottleneck.SegmentBytes);

    /// <summary>At which window of a single flow the queue runs over: what the way holds, and the queue, and the segment being sent.</summary>
    public double Overflow => Pipe() + Link.QueueLimit + 1;

    /// <summary>What arrived of a flow, in bits per second, between two moments.</summary>
    /// <param name="flow">Which flow, from 0.</param>
    /// <param name="from">From when; from the start unless told otherwise.</param>
    /// <param name="until">Until when; to the end unless told otherwise.</param>
    public double Throughput(int flow, TimeSpan? from = null, TimeSpan? until = null)
    {
        var (begin, end) = (from ?? TimeSpan.Zero, until ?? Duration);
        return (At(end, flow) - At(begin, flow)) * 8.0 * Bottleneck.SegmentBytes / (end - begin).TotalSeconds;
    }

    /// <summary>Jain's index of what the flows had between two moments: 1 if all had the same, 1/n if one of n had everything.</summary>
    /// <param name="from">From when.</param>
    /// <param name="until">Until when; to the end unless told otherwise.</param>
    public double Fairness(TimeSpan from, TimeSpan? until = null) => Transport.Fairness.Jain([.. Flows.Select((_, flow) => Throughput(flow, from, until))]);

    /// <summary>The windows over time: the sawtooth.</summary>
    public Figure Windows() => WindowsOverTime.Draw(this);

    /// <summary>What each flow has of the link, over time, and how fair that is.</summary>
    public Figure Shares() => SharesOverTime.Draw(this);

    /// <summary>The windows of the first two flows against each other, from the start of the second.</summary>
    /// <param name="length">For how long; 15 s unless told otherwise.</param>
    public Figure Phases(TimeSpan? length = null) => WindowAgainstWindow.Draw(this, length ?? TimeSpan.FromSeconds(15));

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => AsTable().ToString();

    private Table AsTable() => new(
        ["flow", "starts", "round trip", "throughput since its start", "share of the link", "sent again", "timeouts"],
        Flows.Select(IReadOnlyList<object?> (flow, i) =>
        [
            InvariantText.Format($"{i + 1}"), InvariantText.Of(flow.Starts), InvariantText.Of(flow.RoundTrip), InvariantText.Format($"{Throughput(i, flow.Starts) / 1e6:F2} Mbit/s"),
            InvariantText.Format($"{Throughput(i, flow.Starts) / Link.BitsPerSecond!.Value * 100:F1} %"), Retransmissions[i], Timeouts[i],
        ]),
        InvariantText.Format($"{InvariantText.Of(Duration)} of simulated time; the link: {Link}."));

    // The last sample that is not later.
    private long At(TimeSpan time, int flow)
    {
        var index = Samples.Count(sample => sample.At <= time) - 1;
        return index < 0 ? 0 : Samples[index].Delivered[flow];
    }
}
