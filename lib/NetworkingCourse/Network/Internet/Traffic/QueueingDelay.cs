using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// Measures how a queue in front of a link affects the packets of a simulated internet: their delay, and the share dropped
/// because the queue is full, against the load.
/// </summary>
public sealed class QueueingDelay : Shown
{
    private const double BitsPerSecond = 10e6;
    private const int MeanBytes = 4000;
    private const int MinBytes = 60; // a frame is padded to this length
    private const int MaxBytes = 65_000;
    private const int HeaderBytes = Frame.HeaderLength + Ipv4Header.MinimumLength + UdpHeader.HeaderLength;
    private const ushort Port = 9; // the discard service

    private QueueingDelay(IReadOnlyList<QueueingDelayPoint> points) => Points = points;

    /// <summary>The measurements, one for each queue size and load.</summary>
    public IReadOnlyList<QueueingDelayPoint> Points { get; }

    /// <summary>The mean time that the link takes to send a packet.</summary>
    public static TimeSpan Service { get; } = TimeSpan.FromSeconds(MeanBytes * 8 / BitsPerSecond);

    /// <summary>Sends packets at random over a 10 Mbit/s link, enough to produce each load.</summary>
    /// <param name="loads">The offered loads, as a share of what the link can carry.</param>
    /// <param name="rooms">The numbers of packets there is room for, including the one being sent.</param>
    /// <param name="packets">The number of packets sent in each measurement.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="own">Another queue, which gets the same packets at the same times; null if there is none.</param>
    public static QueueingDelay Measure(
        IReadOnlyList<double> loads, IReadOnlyList<int> rooms, int packets = 20_000, int seed = 1, DropTailDepartures? own = null)
    {
        ArgumentNullException.ThrowIfNull(loads);
        ArgumentNullException.ThrowIfNull(rooms);
        return new QueueingDelay(
            [.. rooms.SelectMany(_ => loads, (room, load) => MeasureOne(load, room, packets, seed, own))]);
    }

    /// <summary>Draws delay and loss against the load, measured and in theory.</summary>
    public Figure Chart() => DelayByLoad.Draw(this);

    // Each packet has in it the time at which it was sent. The next one follows after a random time.
    private static QueueingDelayPoint MeasureOne(
        double load, int room, int packets, int seed, DropTailDepartures? own)
    {
        var internet = Network(room, seed);
        var (h1, h2) = (internet.Find<Host>("h1"), internet.Find<Host>("h2"));
        var random = internet.Simulator.NewRandom();
        var (sent, received, total) = (0, 0, TimeSpan.Zero);
        var arrivals = new List<QueueArrival>();
        h2.Listen(Port, (_, datagram, _) =>
        {
            received++;
            var at = new TimeSpan(BinaryPrimitives.ReadInt64BigEndian(datagram.Data.Span));
            total += internet.Now - at;
        });
        Send();
        internet.RunUntil(
            () => sent == packets && internet.Simulator.Pending == 0,
            internet.Now + TimeSpan.FromHours(10));
        return PointOf(load, room, packets, received, total) with
        {
            Own = own is null ? null : OwnPoint(arrivals, own(arrivals, BitsPerSecond, room)),
        };

        void Send()
        {
            var length = random.Exponential(TimeSpan.FromSeconds(MeanBytes)).TotalSeconds;
            var bytes = (int)Math.Clamp(length, MinBytes, MaxBytes);
            var data = new byte[bytes - HeaderBytes];
            BinaryPrimitives.WriteInt64BigEndian(data, internet.Now.Ticks);
            h1.SendUdp(h2.MainAddress, new UdpDatagram(Port, Port, data));
            arrivals.Add(new QueueArrival(internet.Now, bytes)); // the first link takes no time
            if (++sent < packets)
            {
                internet.Simulator.After(random.Exponential(Service / load), Send);
            }
        }
    }

    private static Internet Network(int room, int seed)
    {
        var internet = Internet.Of(InvariantText.Format($"""
            host   h1 10.0.1.10/24 via 10.0.1.1
            host   h2 10.0.2.10/24 via 10.0.2.1
            router r1
            router r2
            link   h1 r1=10.0.1.1/24 mtu 65535
            link   h2 r2=10.0.2.1/24 mtu 65535
            link   r1=10.0.12.1/30 r2=10.0.12.2/30 rate {BitsPerSecond:0}bit/s queue {room - 1} mtu 65535
            """), seed);
        internet.Ping("h1", "h2", count: 1, size: 0); // so that all ARP caches are filled
        return internet;
    }

    private static QueueingDelayPoint PointOf(double load, int room, int packets, int received, TimeSpan total) => new(
        room,
        load,
        packets,
        1 - (double)received / packets,
        total / Math.Max(1, received),
        Mm1.MeanTime(Service, load, room),
        Mm1.Loss(load, room));

    private static (double Loss, TimeSpan MeanDelay) OwnPoint(List<QueueArrival> arrivals, IReadOnlyList<TimeSpan?> departures)
    {
        var through = arrivals.Zip(departures).Where(packet => packet.Second is not null).ToList();
        var total = through.Aggregate(TimeSpan.Zero, (sum, packet) => sum + (packet.Second!.Value - packet.First.At));
        return (1 - (double)through.Count / arrivals.Count, total / Math.Max(1, through.Count));
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "room for", "load", "mean delay", "theory", "lost", "theory (lost)",
            .. Points[0].Own is null ? (string[])[] : ["your queue", "your queue (lost)"],
        ],
        Points.Select(IReadOnlyList<object?> (point) =>
        [
            InvariantText.Format($"{point.Room} packets"),
            InvariantText.Format($"{point.Load:0.00}"),
            InvariantText.Of(point.MeanDelay),
            InvariantText.Of(point.PredictedDelay),
            InvariantText.Format($"{point.Loss * 100:0.0} %"),
            InvariantText.Format($"{point.PredictedLoss * 100:0.0} %"),
            .. point.Own is not { } own
                ? (object[])[]
                : [InvariantText.Of(own.MeanDelay), InvariantText.Format($"{own.Loss * 100:0.0} %")],
        ]),
        InvariantText.Format($"{Points[0].Packets:N0} packets at each load; ")
            + $"sending one takes {InvariantText.Of(Service)} on average. Theory: M/M/1/K.");
}

/// <summary>The measurement at one load.</summary>
/// <param name="Room">The number of packets there was room for.</param>
/// <param name="Load">The offered load, as a share of what the link can carry.</param>
/// <param name="Packets">The number of packets sent.</param>
/// <param name="Loss">The share of packets lost because the queue was full.</param>
/// <param name="MeanDelay">The mean delay of the others.</param>
/// <param name="PredictedDelay">The mean delay in theory.</param>
/// <param name="PredictedLoss">The share lost in theory.</param>
public sealed record QueueingDelayPoint(
    int Room,
    double Load,
    int Packets,
    double Loss,
    TimeSpan MeanDelay,
    TimeSpan PredictedDelay,
    double PredictedLoss)
{
    /// <summary>
    /// The share lost by, and the mean delay in, another queue that got the same packets; null if there is none.
    /// </summary>
    public (double Loss, TimeSpan MeanDelay)? Own { get; init; }
}

/// <summary>
/// A drop-tail queue in front of a link, which sends one packet at a time: it says when each packet leaves. A packet that arrives
/// when there is no room is lost.
/// </summary>
/// <param name="arrivals">The packets, in the order of their arrival.</param>
/// <param name="bitsPerSecond">The rate of the link.</param>
/// <param name="room">The number of packets there is room for, including the one being sent; at least 1.</param>
/// <returns>For each packet, when its last bit leaves; null if the packet is lost.</returns>
public delegate IReadOnlyList<TimeSpan?> DropTailDepartures(IReadOnlyList<QueueArrival> arrivals, double bitsPerSecond, int room);

/// <summary>A packet that arrives at a queue.</summary>
/// <param name="At">When its last bit has arrived.</param>
/// <param name="Bytes">Its length on the link, in bytes.</param>
public readonly record struct QueueArrival(TimeSpan At, int Bytes)
{
    /// <summary>The packet as text: <c>1500 bytes at 3 ms</c>.</summary>
    public override string ToString() => InvariantText.Format($"{Bytes} bytes at {InvariantText.Of(At)}");
}
