using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.10: a queue that drops what does not fit.</summary>
    public static DropTailExercise DropTail { get; } = new();
}

/// <summary>The learner computes when packets leave a drop-tail queue, and which of them are lost.</summary>
public sealed class DropTailExercise : CaseExercise<DropTailDepartures, DropTailExercise.Traffic>
{
    private const int RandomCases = 40;

    // The first one makes round times, for cases that are to be read.
    private static readonly double[] Rates = [1e6, 3e6, 7e6, 0.6e6];

    private enum Flaw
    {
        None,
        NeverWaits,
        SavesIdleTime,
        WaitsForArrival,
        Unlimited,
        CountsOnlyWaiting,
        NeverEmpties,
        LostOccupies,
        TakesBytes,
        BeginNotEnd,
        DropsTheOldest,
        LeavesLate,
        IgnoresArrivals,
        LostStays,
        OneRate,
    }

    internal DropTailExercise()
        : base(new ExerciseText(
            "3-network/10-queues-and-delay.ipynb", "3.10", 2, nameof(Exercises.DropTail),
            "A drop-tail queue",
            "Packets arrive before a link that sends `bitsPerSecond`, one packet at a time, in order. There is room for `room` "
                + "packets, including the one being sent. A packet that finds no room on its arrival is lost (drop tail). "
                + "Return for each packet when its last bit leaves, or null if it is lost. A packet that leaves at the very "
                + "moment of an arrival has already made room.",
            [
                "The link works through the packets without a break as long as there are any. When can a packet begin: at "
                    + "its own arrival, or when the one before it has left? What if that was long ago?",
                "Keep one variable, `free`: when the link has nothing more to do. A packet leaves at `max(free, At)` plus its "
                    + "transmission time, and that is the new `free`. How many packets are in the queue on an arrival? Those "
                    + "that have an entry in your result later than `At`.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    // The queue of the course's links, which counts only those that wait behind the one being sent.
    internal override DropTailDepartures Reference => (arrivals, bitsPerSecond, room) =>
    {
        var options = new LinkOptions { BitsPerSecond = bitsPerSecond, QueueLimit = room - 1 };
        var queue = new TransmissionQueue();
        return [.. arrivals.Select(packet => queue.Take(packet.At, packet.Bytes, options))];
    };

    internal override IReadOnlyList<Mistake<DropTailDepartures>> Mistakes { get; } =
    [
        Of(
            Flaw.NeverWaits,
            "lets no packet wait",
            "Your link sends every packet as soon as it arrives, several at a time if need be. A link sends one packet after the "
                + "other. If it is busy, a packet begins when the one before it has left: that is the queueing delay."),
        Of(
            Flaw.SavesIdleTime,
            "makes up for idle time",
            "Your link begins with a packet when the one before it has left, even if that was before the packet arrived. A "
                + "link that was idle cannot use that time later. The packet begins at its arrival or when the link is free, "
                + "whichever is later."),
        Of(
            Flaw.WaitsForArrival,
            "measures from the arrival of the one before",
            "Your packet waits from the arrival of the packet before it, and not from its departure. That packet may have waited "
                + "itself. In a busy period the waits add up, and so they must: each begins where the last one has ended."),
        Of(
            Flaw.Unlimited,
            "never drops a packet",
            "Your queue has no limit. When more arrives than the link can send, it grows for as long as that goes on, and "
                + "every packet waits longer than the one before. Count the packets that have not left yet, and drop what "
                + "finds no room."),
        Of(
            Flaw.CountsOnlyWaiting,
            "does not count the packet that is being sent",
            "Your queue has room for `room` packets and for the one that is being sent. Here that one counts. Which way a "
                + "queue is counted differs from book to book, and with room for 1, it decides whether any packet can wait "
                + "at all."),
        Of(
            Flaw.NeverEmpties,
            "never makes room again",
            "Your queue counts the packets that it has taken, and forgets that they leave. After `room` packets it is full "
                + "for ever. On each arrival, count only those whose departure is still to come (at the very moment counts "
                + "as gone)."),
        Of(
            Flaw.LostOccupies,
            "sends lost packets as well",
            "Your link spends time on packets that it has dropped. A lost packet is not sent: it must not move the time from "
                + "which the link is free. With yours, the more is lost, the slower the rest gets."),
        Of(
            Flaw.TakesBytes,
            "takes bytes for bits",
            "Your link sends `bitsPerSecond` bytes a second. A byte has eight bits, so a packet takes eight times as long."),
        Of(
            Flaw.BeginNotEnd,
            "returns when a packet begins",
            "Your method returns when the first bit leaves. A packet is through when its last bit has left, and until then "
                + "it takes up room. Add its transmission time."),
        Of(
            Flaw.DropsTheOldest,
            "drops the oldest packet",
            "Your queue makes room by throwing out a packet that already waits. Drop tail loses the one that arrives. "
                + "(There are queues that drop at the head, so that the sender notices sooner, but this is not one of them.)"),
        Of(
            Flaw.LeavesLate,
            "counts a packet that leaves at the moment of an arrival",
            "A packet left at the very moment when another arrived, and your queue still counted it. It has already made room, "
                + "so the new one is not lost. Count those that leave *later* than the arrival, with `>` and not `>=`."),
        Of(
            Flaw.IgnoresArrivals,
            "sends packets before they arrive",
            "Your link begins at the time 0 and never waits for a packet. Here it sends one that has not arrived yet. A packet "
                + "begins at its arrival or when the link is free, whichever is later."),
        Of(
            Flaw.LostStays,
            "counts lost packets as waiting",
            "Your queue counts the packets that it has dropped. They have no departure, so they never leave, and from the first "
                + "loss on there is less room, in the end none. Count only those that have a departure, and a later one than "
                + "the arrival. (`leaves > At` is false for null in C#, and so is `leaves <= At`.)"),
        Of(
            Flaw.OneRate,
            "sends at the same rate over every link",
            "A byte takes the same time in your queue, however fast the link is. `bitsPerSecond` says how fast: a packet of "
                + "`Bytes` bytes takes `8.0 * Bytes / bitsPerSecond` seconds."),
    ];

    private protected override IEnumerable<Traffic> Cases(Random random)
    {
        yield return Of(0, 5, (0, 2));
        yield return Of(1, 5, (0, 2));
        yield return Of(0, 5, (3, 2), (4, 2));
        yield return Of(0, 5, (0, 2), (0, 2), (0, 2));
        yield return Of(0, 5, (0, 1), (9, 2), (10, 1));
        yield return Of(0, 1, (0, 4), (1, 1), (5, 1));
        yield return Of(0, 2, (0, 3), (1, 1), (2, 1), (3.5, 1));
        yield return Of(0, 1, (0, 2), (2, 2));
        yield return Of(0, 2, (0, 3), (1, 3), (2, 9), (3.5, 1));
        for (var i = 0; i < RandomCases; i++)
        {
            var (at, packets) = (0.0, new List<(double, double)>());
            for (var n = random.Next(4, 13); n > 0; n--)
            {
                // No two of these times differ by whole milliseconds: rounding must not decide.
                at += random.Next(0, 4) + 0.013;
                packets.Add((at, random.Next(1, 6)));
            }

            yield return Of(random.Next(Rates.Length), random.Next(1, 5), [.. packets]);
        }
    }

    private protected override object? Apply(DropTailDepartures answer, Traffic arguments) =>
        answer([.. arguments.Arrivals], arguments.BitsPerSecond, arguments.Room)?
            .Select(leaves => new Leaving(leaves)).ToArray();

    private protected override string Describe(Traffic arguments) =>
        InvariantText.Format($"sent over {arguments.BitsPerSecond / 1e6} Mbit/s with room for {arguments.Room}: ")
        + string.Join(", ", arguments.Arrivals.Select(packet => packet.ToString()));

    private static Mistake<DropTailDepartures> Of(Flaw flaw, string name, string explanation) =>
        new(name, explanation, (arrivals, bitsPerSecond, room) => Departures(arrivals, bitsPerSecond, room, flaw));

    // Arrivals in milliseconds, and transmission times: in as many at the first rate, and in a little more at the others, so that
    // whole milliseconds are not enough.
    private static Traffic Of(int rate, int room, params (double At, double Time)[] packets) => new(
        Rates[rate],
        room,
        [.. packets.Select(packet =>
            new QueueArrival(TimeSpan.FromMilliseconds(packet.At), (int)(packet.Time * Rates[rate] / 8000) + rate))]);

    private static List<TimeSpan?> Departures(IReadOnlyList<QueueArrival> arrivals, double bitsPerSecond, int room, Flaw flaw)
    {
        var (departures, free, before) = (new List<TimeSpan?>(), TimeSpan.Zero, TimeSpan.Zero);
        foreach (var packet in arrivals)
        {
            var sending = TimeSpan.FromSeconds(
                packet.Bytes * (flaw == Flaw.TakesBytes ? 1 : 8) / (flaw == Flaw.OneRate ? Rates[0] : bitsPerSecond));
            var inside = departures.Count(leaves => flaw switch
            {
                Flaw.NeverEmpties => leaves is not null,
                Flaw.LeavesLate => leaves >= packet.At,
                Flaw.LostStays => leaves is null || leaves > packet.At,
                _ => leaves > packet.At,
            });
            var isLost = flaw switch
            {
                Flaw.Unlimited => false,
                Flaw.CountsOnlyWaiting => inside > room,
                _ => inside >= room,
            };
            if (isLost && flaw == Flaw.DropsTheOldest)
            {
                // The one that has waited longest; the one being sent is not stopped.
                var oldest = departures.FindIndex(leaves => leaves > packet.At);
                var waiting = departures.FindIndex(oldest + 1, leaves => leaves > packet.At);
                departures[waiting < 0 ? oldest : waiting] = null;
                isLost = false;
            }

            var begins = flaw switch
            {
                Flaw.NeverWaits => packet.At,
                Flaw.SavesIdleTime when departures.Count > 0 => free,
                Flaw.IgnoresArrivals => free,
                Flaw.WaitsForArrival => before > packet.At ? before : packet.At,
                _ => free > packet.At ? free : packet.At,
            };
            if (!isLost || flaw == Flaw.LostOccupies)
            {
                (free, before) = (begins + sending, packet.At + sending);
            }

            departures.Add(isLost ? null : flaw == Flaw.BeginNotEnd ? begins : begins + sending);
        }

        return departures;
    }

    /// <summary>The arguments of one call; see <see cref="DropTailDepartures"/>.</summary>
    /// <param name="BitsPerSecond">What the link sends in a second.</param>
    /// <param name="Room">The number of packets there is room for.</param>
    /// <param name="Arrivals">The packets.</param>
    public sealed record Traffic(double BitsPerSecond, int Room, IReadOnlyList<QueueArrival> Arrivals);

    // When a packet leaves, up to rounding.
    private sealed record Leaving(TimeSpan? At)
    {
        public bool Equals(Leaving? other) => other is not null && Present.Same(At, other.At);

        public override int GetHashCode() => At is null ? 0 : 1;

        public override string ToString() => At is { } at ? InvariantText.Of(at) : "lost";
    }
}
