using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Network;

/// <summary>What a queue that is too long does to everybody else: pings through a link of 2 Mbit/s, while a download fills it.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Bufferbloat : IShown
{
    private const double BitsPerSecond = 2e6;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    // Frames: Ethernet's 14 bytes, IP's 20, and 8 of ICMP before the 56 that a ping carries.
    private const int PingBytes = 98;
    private const int LongestBytes = 1514;

    private readonly IReadOnlyList<(int Queue, PingRun Pings, CongestionControlledFlow Flow)> _runs;

    private Bufferbloat(IReadOnlyList<(int Queue, PingRun Pings, CongestionControlledFlow Flow)> runs) => _runs = runs;

    /// <summary>The pings, by the queue they met.</summary>
    public IReadOnlyList<(int Queue, PingRun Pings)> Pings => [.. _runs.Select(run => (run.Queue, run.Pings))];

    /// <summary>What the download has had of the link, from 0 to 1, by its queue.</summary>
    public IReadOnlyList<(int Queue, double Share)> Downloads => [.. _runs.Select(run => (run.Queue, run.Flow.BitsPerSecond / BitsPerSecond))];

    /// <summary>Measures with queues of these lengths.</summary>
    /// <param name="queues">How many packets can wait.</param>
    /// <param name="duration">For how long the download runs; it begins after 2 s.</param>
    /// <param name="seed">What chance begins with.</param>
    public static Bufferbloat Measure(IReadOnlyList<int> queues, TimeSpan duration, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(queues);
        return new Bufferbloat([.. queues.Select(queue => Measure(queue, duration, seed))]);
    }

    /// <summary>The round-trip times over time, a panel for each queue.</summary>
    public Figure Chart() => RoundTripsOverTime.Draw(
        InvariantText.Format($"Bufferbloat: pings beside a download that begins after {Quiet.TotalSeconds:0} s, on a link of {BitsPerSecond / 1e6:0} Mbit/s"),
        [.. _runs.Select(run => (InvariantText.Format($"room for {run.Queue}"), run.Pings))]) with
    { Id = "bufferbloat" };

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <summary>A line for each queue.</summary>
    public override string ToString() => AsTable().ToString();

    private static (int Queue, PingRun Pings, CongestionControlledFlow Flow) Measure(int queue, TimeSpan duration, int seed)
    {
        var internet = Internet.Of(InvariantText.Format($"""
            host   pc     10.0.1.10/24 via 10.0.1.1
            host   phone  10.0.1.11/24 via 10.0.1.1
            host   server 10.0.2.10/24 via 10.0.2.1
            switch s1
            router home
            router isp
            link   pc s1
            link   phone s1
            link   s1 home=10.0.1.1/24
            link   server isp=10.0.2.1/24
            link   home=10.0.12.1/30 isp=10.0.12.2/30 rate {BitsPerSecond / 1e6:0}Mbit/s delay {Delay.TotalMilliseconds:0}ms queue {queue}
            """), seed);
        CongestionControlledFlow? flow = null;
        internet.Simulator.After(Quiet, () => flow = internet.StartDownload("server", "pc", duration));
        var pings = internet.Ping("phone", "server", (int)((Quiet + duration) / Interval), Interval);
        return (queue, pings, flow!);
    }

    private Table AsTable() => new(
        ["room for", "round trip before the download", "mean during it", "longest", "pings lost", "of the link, the download has", "longest in theory"],
        _runs.Select(IReadOnlyList<object?> (run) =>
        {
            var (before, during) = (run.Pings.Replies.Where(reply => reply.Sent < Quiet).ToList(), run.Pings.Replies.Where(reply => reply.Sent >= Quiet + Quiet).ToList());
            return
            [
                InvariantText.Format($"{run.Queue} packets"), InvariantText.Of(Median(before)), InvariantText.Of(Mean(during)), InvariantText.Of(run.Pings.Longest ?? TimeSpan.Zero),
                run.Pings.Replies.Count - run.Pings.Answered, InvariantText.Format($"{run.Flow.BitsPerSecond / BitsPerSecond * 100:0} %"),
                InvariantText.Of(Longest(run.Queue)),
            ];
        }),
        "The last column is theory: a ping over the idle link, and the time to send all that is before it in a full queue, and the packet that is on its way out.");

    /// <summary>What a ping takes at most: there and back over the idle link, and through a full queue.</summary>
    /// <param name="queue">How many packets can wait.</param>
    internal static TimeSpan Longest(int queue) =>
        2 * Delay + TimeSpan.FromSeconds(8 * (2 * PingBytes + (queue + 1) * LongestBytes) / BitsPerSecond);

    // Not the mean: the first of them has to wait for ARP as well.
    private static TimeSpan Median(IReadOnlyList<PingReply> replies) =>
        replies.Where(reply => reply.RoundTrip is not null).Select(reply => reply.RoundTrip!.Value).Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : TimeSpan.Zero;

    private static TimeSpan Mean(IReadOnlyList<PingReply> replies) =>
        TimeSpan.FromTicks((long)replies.Where(reply => reply.RoundTrip is not null).Select(reply => (double)reply.RoundTrip!.Value.Ticks).DefaultIfEmpty(0).Average());
}
