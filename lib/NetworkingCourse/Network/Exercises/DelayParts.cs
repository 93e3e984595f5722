using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.10: the delay of a packet, taken apart.</summary>
    public static DelayPartsExercise DelayParts { get; } = new();
}

/// <summary>The learner adds up how long a packet takes over several links.</summary>
public sealed class DelayPartsExercise : CaseExercise<DelayPartsExercise.Answer, DelayPartsExercise.Journey>
{
    private const int RandomCases = 40;

    private static readonly TimeSpan PerKilometre = TimeSpan.FromMicroseconds(5);

    internal DelayPartsExercise()
        : base(new ExerciseText(
            "3-network/10-queues-and-delay.ipynb", "3.10", 1, nameof(Exercises.DelayParts),
            "The delay of a packet, taken apart",
            "A packet of `bytes` bytes crosses `links`, one after the other. Before each of them, a machine needs "
                + "`link.Processing` to look at the packet, and then the packet waits until the `link.BytesAhead` bytes "
                + "before it in the queue have been sent. Sending takes its time, at `link.BitsPerSecond`, and so does the "
                + "way through the cable: light travels 200,000 km a second in glass, and the cable has `link.Kilometres`. "
                + "Each machine receives the whole packet before it begins with it (store and forward). Return the time from "
                + "the moment when the first machine begins with the packet until its last bit has arrived at the end.",
            [
                "Four parts at each link: processing, queueing, transmission, propagation. Which of them depend on the length of "
                    + "the packet, which on the rate, and which on neither?",
                "For each link: `link.Processing`, `(link.BytesAhead + bytes) * 8 / link.BitsPerSecond` seconds, and "
                    + "`link.Kilometres / 200_000` seconds. Nothing overlaps, so the sum of all of them is the answer.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="bytes">The length of the packet, in bytes.</param>
    /// <param name="links">The links, in order.</param>
    /// <returns>The delay of the packet from end to end.</returns>
    public delegate TimeSpan Answer(int bytes, IReadOnlyList<Link> links);

    internal override Answer Reference => (bytes, links) => Sum(links, link => Parts(link, bytes));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes bytes for bits",
            "Your method divides bytes by bits per second. A byte has eight bits, so every transmission takes eight times as "
                + "long as you say. Lengths are given in bytes and rates in bits, nearly everywhere: multiply by 8.",
            (bytes, links) => Sum(
                links, link => link.Processing + Cable(link) + (Send(bytes, link) / 8) + (Send(link.BytesAhead, link) / 8))),
        new(
            "counts the transmission at the first link only",
            "Your method sends the packet once, at the first link. But the machines between store and forward: each one has "
                + "the whole packet before it sends its first bit, because the checksum of the frame comes last. So every "
                + "link costs a transmission time of its own.",
            (bytes, links) => Sum(links, link => Parts(link, bytes) - Send(bytes, link)) + Send(bytes, links[0])),
        new(
            "counts the transmission at the slowest link only",
            "Your method takes the slowest link for all of the transmission. It is what limits the rate of many packets. A "
                + "single packet is sent anew by each machine on the way, and has to be complete before: the transmission "
                + "times of all links add up.",
            (bytes, links) => Sum(links, link => Parts(link, bytes) - Send(bytes, link))
                + Send(bytes, links.MinBy(link => link.BitsPerSecond)!)),
        new(
            "forgets the queue",
            "Your method lets the packet begin at once. The bytes before it have to leave first, at the rate of the link. On "
                + "a busy link, this is the largest part of all, and the only one that changes from packet to packet.",
            (bytes, links) => Sum(links, link => Parts(link, bytes) - Send(link.BytesAhead, link))),
        new(
            "forgets the cable",
            "Your method counts only what the machines do. The signal also needs time for the way: 5 µs per kilometre. Across an "
                + "ocean it is more than all the rest, and no faster link makes it shorter.",
            (bytes, links) => Sum(links, link => Parts(link, bytes) - Cable(link))),
        new(
            "forgets the processing",
            "Your method leaves out the time in which a machine looks at the packet. It is short in a fast router. But each "
                + "of many machines adds it, and in a host it can be longer than the transmission. (If you take `Seconds` of "
                + "it: these are whole seconds, mostly 0. `TotalSeconds` is all of it.)",
            (bytes, links) => Sum(links, link => Parts(link, bytes) - link.Processing)),
        new(
            "takes whole milliseconds of the processing",
            "Your method takes `link.Processing.Milliseconds`: that is one part of the time, a whole number from 0 to 999, and "
                + "the fraction is lost. `TotalSeconds` is all of it.",
            (bytes, links) => Sum(links, link => Parts(link, bytes) - link.Processing
                + TimeSpan.FromMilliseconds(link.Processing.Milliseconds))),
        new(
            "takes the speed of light in a vacuum",
            "Your method lets the signal travel 300,000 km a second. That is light in a vacuum. In glass it is slower by a "
                + "third, and electricity in copper is about as slow: 200,000 km a second, which is 5 µs per kilometre.",
            (bytes, links) => Sum(links, link => Parts(link, bytes) - (Cable(link) / 3))),
        new(
            "counts there and back",
            "Your method returns the round trip. The task asks for one way only. Doubling one way is a guess in any case: "
                + "the way back may be another one, with other queues, and the answer has another length.",
            (bytes, links) => 2 * Sum(links, link => Parts(link, bytes))),
        new(
            "counts only the last link",
            "Your method overwrites its sum at each link, or looks at only one of them. The packet crosses them one after "
                + "the other, so all their delays add up.",
            (bytes, links) => links.Select(link => Parts(link, bytes)).LastOrDefault()),
        new(
            "computes in whole seconds",
            "Your method divides integers, and the fraction is lost: `8 * 1500 / 1_000_000` is 0. Most delays are far below a "
                + "second, so nothing is left. Divide by a `double`; `link.BitsPerSecond` is one, and `200_000.0` would be.",
            (bytes, links) => Sum(links, link => link.Processing + TimeSpan.FromSeconds(
                ((bytes + link.BytesAhead) * 8L / (long)link.BitsPerSecond) + ((long)link.Kilometres / 200_000)))),
        new(
            "takes the queue's bytes for bits",
            "Your method multiplies the packet by 8, and not what is before it in the queue: `link.BytesAhead` is in bytes, too. "
                + "In `a + b * 8`, only `b` is multiplied. Write `(a + b) * 8`.",
            (bytes, links) => Sum(links, link => Parts(link, bytes) - (Send(link.BytesAhead, link) * 7 / 8))),
    ];

    private protected override IEnumerable<Journey> Cases(Random random)
    {
        yield return new Journey(1250, [new Link(10e6, 0, 0, TimeSpan.Zero)]);
        yield return new Journey(1250, [new Link(10e6, 200, 0, TimeSpan.Zero)]);
        yield return new Journey(1250, [new Link(10e6, 0, 0, TimeSpan.FromMilliseconds(1.5))]);
        yield return new Journey(1250, [new Link(10e6, 0, 0, TimeSpan.FromMilliseconds(0.5))]);
        yield return new Journey(1250, [new Link(10e6, 0, 5000, TimeSpan.Zero)]);
        yield return new Journey(1250, [new Link(10e6, 0, 0, TimeSpan.Zero), new Link(10e6, 0, 0, TimeSpan.Zero)]);
        yield return new Journey(1250, [new Link(10e6, 0, 0, TimeSpan.Zero), new Link(1e6, 6000, 2500, TimeSpan.Zero)]);
        yield return new Journey(40, [new Link(1e9, 1, 0, TimeSpan.Zero), new Link(1e9, 9000, 0, TimeSpan.Zero)]);
        for (var i = 0; i < RandomCases; i++)
        {
            yield return new Journey(
                random.Next(40, 1500),
                [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new Link(
                    random.GetItems([64e3, 1e6, 10e6, 1e9], 1)[0], random.Next(1, 8000), random.Next(0, 20_000),
                    TimeSpan.FromMicroseconds(random.Next(10, 500))))]);
        }
    }

    private protected override object? Apply(Answer answer, Journey arguments) =>
        new Delay(answer(arguments.Bytes, [.. arguments.Links]));

    private protected override string Describe(Journey arguments) =>
        InvariantText.Format($"asked for a packet of {arguments.Bytes:N0} bytes over ")
        + string.Join(", then ", arguments.Links.Select(link => link.ToString()));

    private static TimeSpan Sum(IReadOnlyList<Link> links, Func<Link, TimeSpan> delay) =>
        links.Aggregate(TimeSpan.Zero, (sum, link) => sum + delay(link));

    private static TimeSpan Parts(Link link, int bytes) =>
        link.Processing + Send(link.BytesAhead, link) + Send(bytes, link) + Cable(link);

    private static TimeSpan Send(int bytes, Link link) => TimeSpan.FromSeconds(bytes * 8 / link.BitsPerSecond);

    private static TimeSpan Cable(Link link) => link.Kilometres * PerKilometre;

    // A time up to rounding, with so many digits that two which differ also look different.
    private sealed class Delay(TimeSpan time)
    {
        private static readonly TimeSpan Rounding = TimeSpan.FromMicroseconds(1);

        private readonly TimeSpan _time = time;

        public override bool Equals(object? other) => other is Delay one && (_time - one._time).Duration() <= Rounding;

        public override int GetHashCode() => 0;

        public override string ToString() => InvariantText.Format($"{_time.TotalMilliseconds:#,0.0###} ms");
    }

    /// <summary>A link, and the machine before it.</summary>
    /// <param name="BitsPerSecond">The rate at which bits are sent.</param>
    /// <param name="Kilometres">The length of the cable.</param>
    /// <param name="BytesAhead">The bytes in the queue that are sent before the packet.</param>
    /// <param name="Processing">The time that the machine needs to look at the packet.</param>
    public sealed record Link(double BitsPerSecond, double Kilometres, int BytesAhead, TimeSpan Processing)
    {
        /// <summary>The link in words.</summary>
        public override string ToString() => InvariantText.Format($"{BitsPerSecond / 1e6:0.###} Mbit/s, {Kilometres:N0} km")
            + (BytesAhead > 0 ? InvariantText.Format($", behind {BytesAhead:N0} bytes") : "")
            + (Processing > TimeSpan.Zero ? $", after {InvariantText.Of(Processing)}" : "");
    }

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Bytes">The length of the packet.</param>
    /// <param name="Links">The links.</param>
    public sealed record Journey(int Bytes, IReadOnlyList<Link> Links);
}
