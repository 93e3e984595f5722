using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Network;

/// <summary>
/// Shows how an oversized queue affects all other traffic: pings over a 2 Mbit/s link while a download fills its queue.
/// </summary>
public sealed class Bufferbloat : Shown
{
    private const double BitsPerSecond = 2e6;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    // Frame lengths: Ethernet's 14 bytes, IP's 20, and 8 of ICMP before the 56 data bytes of a ping.
    private const int PingBytes = 98;
    private const int MaxFrameLength = 1514;

    private readonly IReadOnlyList<(int Queue, PingRun Pings, CongestionControlledFlow Flow)> _runs;

    private Bufferbloat(IReadOnlyList<(int Queue, PingRun Pings, CongestionControlledFlow Flow)> runs) => _runs = runs;

    /// <summary>The pings, by the length of the queue.</summary>
    public IReadOnlyList<(int Queue, PingRun Pings)> Pings => [.. _runs.Select(run => (run.Queue, run.Pings))];

    /// <summary>The download's share of the link, from 0 to 1, by the length of the queue.</summary>
    public IReadOnlyList<(int Queue, double Share)> Downloads =>
        [.. _runs.Select(run => (run.Queue, run.Flow.BitsPerSecond / BitsPerSecond))];

    /// <summary>Measures with queues of the given lengths.</summary>
    /// <param name="queues">The numbers of packets that can wait.</param>
    /// <param name="duration">How long the download runs; it starts after 2 s.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    public static Bufferbloat Measure(IReadOnlyList<int> queues, TimeSpan duration, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(queues);
        return new Bufferbloat([.. queues.Select(queue => MeasureOne(queue, duration, seed))]);
    }

    /// <summary>Draws the round-trip times over time, one panel per queue.</summary>
    public Figure Chart() => RoundTripsOverTime.Draw(
        InvariantText.Format($"Bufferbloat: pings and a download that starts after {Quiet.TotalSeconds:0} s, ")
            + InvariantText.Format($"on a {BitsPerSecond / 1e6:0} Mbit/s link"),
        [.. _runs.Select(run => (InvariantText.Format($"room for {run.Queue}"), run.Pings))]) with
    { Id = "bufferbloat" };

    // The phone pings all the time. The download begins later, so the first pings find the queue empty.
    private static (int Queue, PingRun Pings, CongestionControlledFlow Flow) MeasureOne(
        int queue, TimeSpan duration, int seed)
    {
        var (rate, delay) = (BitsPerSecond / 1e6, Delay.TotalMilliseconds);
        var narrow = InvariantText.Format($"rate {rate:0}Mbit/s delay {delay:0}ms queue {queue}");
        var internet = Internet.Of($"""
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
            link   home=10.0.12.1/30 isp=10.0.12.2/30 {narrow}
            """, seed);
        CongestionControlledFlow? flow = null;
        internet.Simulator.After(
            Quiet, () => flow = internet.StartDownload("server", "pc", duration));
        var count = (int)((Quiet + duration) / Interval);
        var pings = internet.Ping("phone", "server", count, Interval);
        return (queue, pings, flow!);
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "room for", "round trip before the download", "mean during it", "longest", "pings lost",
            "the download's share of the link", "longest in theory",
        ],
        _runs.Select(IReadOnlyList<object?> (run) =>
        {
            var (before, during) = (
                run.Pings.Replies.Where(reply => reply.Sent < Quiet).ToList(),
                run.Pings.Replies.Where(reply => reply.Sent >= Quiet + Quiet).ToList());
            return
            [
                InvariantText.Format($"{run.Queue} packets"),
                InvariantText.Of(Median(before)),
                InvariantText.Of(Mean(during)),
                InvariantText.Of(run.Pings.Longest ?? TimeSpan.Zero),
                run.Pings.Replies.Count - run.Pings.Answered,
                InvariantText.Format($"{run.Flow.BitsPerSecond / BitsPerSecond * 100:0} %"),
                InvariantText.Of(Longest(run.Queue)),
            ];
        }),
        "The last column is theory: a ping over the idle link, plus the time to send a full queue and the current packet.");

    /// <summary>The longest round-trip time of a ping: both ways over the idle link, once through a full queue.</summary>
    /// <param name="queue">The number of packets that can wait.</param>
    internal static TimeSpan Longest(int queue) =>
        2 * Delay + TimeSpan.FromSeconds(8 * (2 * PingBytes + (queue + 1) * MaxFrameLength) / BitsPerSecond);

    // Not the mean: the first ping has to wait for ARP as well.
    private static TimeSpan Median(IReadOnlyList<PingReply> replies) =>
        replies.Where(reply => reply.RoundTrip is not null)
            .Select(reply => reply.RoundTrip!.Value)
            .Order()
            .ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : TimeSpan.Zero;

    private static TimeSpan Mean(IReadOnlyList<PingReply> replies) =>
        TimeSpan.FromTicks((long)replies
            .Where(reply => reply.RoundTrip is not null)
            .Select(reply => (double)reply.RoundTrip!.Value.Ticks)
            .DefaultIfEmpty(0)
            .Average());
}
