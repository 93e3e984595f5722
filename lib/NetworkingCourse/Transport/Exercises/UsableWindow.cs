using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.4: how many bytes a TCP sender may send now.</summary>
    public static UsableWindowExercise UsableWindow { get; } = new();
}

/// <summary>The learner computes how much a sender may send now, from two windows and two sequence numbers.</summary>
public sealed class UsableWindowExercise : CaseExercise<UsableWindowExercise.Answer, UsableWindowExercise.State>
{
    private const int RandomCases = 60;

    internal UsableWindowExercise()
        : base(new ExerciseText(
            "2-transport/4-congestion.ipynb", "2.4", 2, nameof(Exercises.UsableWindow),
            "How much may be sent now?",
            "A TCP sender has two limits on what may be in flight: its own congestion window, for the network's sake, and the "
                + "window that the receiver advertises, for the receiver's. Return how many *more* bytes it may send now. "
                + "`unacknowledged` is the number of the oldest byte in flight, `next` that of the next byte to send; like "
                + "TCP's, these numbers have 32 bits and wrap around. Either window may have become smaller than what is in "
                + "flight.",
            [
                "Which of the two limits counts? How many bytes are in flight? And what if that is more than the limit?",
                "With `uint`, `next - unacknowledged` is the number of bytes in flight even where the numbers wrap around. But "
                    + "`limit - inFlight` must not fall below 0: a `uint` would become about four billion.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="unacknowledged">The number of the oldest byte in flight (SND.UNA).</param>
    /// <param name="next">The number of the next byte to send (SND.NXT); equal to the other if nothing is in flight.</param>
    /// <param name="congestionWindow">The congestion window in bytes (cwnd).</param>
    /// <param name="receiveWindow">The window in bytes that the receiver advertises (SND.WND).</param>
    /// <returns>How many more bytes may be sent now.</returns>
    public delegate uint Answer(uint unacknowledged, uint next, uint congestionWindow, uint receiveWindow);

    /// <inheritdoc/>
    public override int Minutes => 5;

    internal override Answer Reference => (unacknowledged, next, congestionWindow, receiveWindow) =>
        Rest(Math.Min(congestionWindow, receiveWindow), next - unacknowledged);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes the larger of the two windows",
            "Your method takes the larger window. Both are limits: the congestion window protects the queues on the way, the "
                + "receiver's window its memory. What is allowed by only one of them overflows the other. Take the smaller.",
            (unacknowledged, next, cwnd, rwnd) => Rest(Math.Max(cwnd, rwnd), next - unacknowledged)),
        new(
            "ignores the receiver's window",
            "Your method looks only at the congestion window. A receiver whose application reads slowly advertises less and "
                + "less, in the end 0. What arrives beyond its window is discarded, and has to be sent again: that was flow "
                + "control.",
            (unacknowledged, next, cwnd, _) => Rest(cwnd, next - unacknowledged)),
        new(
            "ignores the congestion window",
            "Your method looks only at the receiver's window. TCP did that until 1988. Receivers had much more memory than the "
                + "queues on the way, senders filled them, and throughput fell to a thousandth: the *congestion collapse* for "
                + "which the congestion window was invented.",
            (unacknowledged, next, _, rwnd) => Rest(rwnd, next - unacknowledged)),
        new(
            "forgets what is in flight",
            "Your method returns the whole limit. A window is not a ration for each call: it limits what is in flight, and a "
                + "part of it is used up until the acknowledgments arrive. A sender that sends a window's worth each time it "
                + "may send soon has many windows in flight.",
            (_, _, cwnd, rwnd) => Math.Min(cwnd, rwnd)),
        new(
            "falls below zero",
            "The window has become smaller than what is in flight: after a loss, the congestion window is only half as large as "
                + "before. Your subtraction falls below zero, and a `uint` that falls below zero is about four billion. Your "
                + "sender sends everything it has just when the network is overloaded. The answer is 0: wait.",
            (unacknowledged, next, cwnd, rwnd) => Math.Min(cwnd, rwnd) - (next - unacknowledged)),
        new(
            "does not expect the numbers to wrap around",
            "`next` is smaller than `unacknowledged`: the numbers have wrapped around in between. Your method subtracts them as "
                + "ordinary numbers, and gets a negative number of bytes in flight. At 10 Gbit/s, the numbers wrap around every "
                + "3.4 seconds. In `uint`, without a check for overflow, the difference is right.",
            (unacknowledged, next, cwnd, rwnd) =>
                (uint)Math.Clamp(Math.Min(cwnd, rwnd) - ((long)next - unacknowledged), 0, uint.MaxValue)),
        new(
            "takes what is in flight off only one window",
            "Your method takes the bytes in flight off the congestion window only, and compares the rest with the receiver's "
                + "window. But they count against both: they will need the receiver's memory too, as soon as they arrive.",
            (unacknowledged, next, cwnd, rwnd) => Math.Min(Rest(cwnd, next - unacknowledged), rwnd)),
        new(
            "compares places that may have wrapped around",
            "Your method computes where the window ends, and compares that place with `next`. Where the numbers wrap around in "
                + "between, the end of the window is a small number and `next` a large one, or the other way round. Compare "
                + "*lengths* instead: what is in flight, `next - unacknowledged`, with the limit.",
            (unacknowledged, next, cwnd, rwnd) => Rest(unacknowledged + Math.Min(cwnd, rwnd), next)),
        new(
            "wraps around one too early",
            "Your result is one too large where the numbers wrap around. After `uint.MaxValue` comes 0, so there are "
                + "`uint.MaxValue` *plus 1* numbers. You need no case for it: in `uint`, `next - unacknowledged` is right.",
            (unacknowledged, next, cwnd, rwnd) => Rest(
                Math.Min(cwnd, rwnd),
                next >= unacknowledged ? next - unacknowledged : uint.MaxValue - unacknowledged + next)),
        new(
            "casts to `uint` after it has looked for a negative number",
            "The numbers have wrapped around, and more is in flight than the window allows. As `long`, `next - unacknowledged` "
                + "is negative here, so the rest looks large and positive. `Math.Max` changes nothing, and the cast to `uint` "
                + "makes about four billion of it. Compute what is in flight in `uint`, and compare it with the limit.",
            (unacknowledged, next, cwnd, rwnd) => (uint)Math.Max(0, Math.Min(cwnd, rwnd) - ((long)next - unacknowledged))),
    ];

    private protected override IEnumerable<State> Cases(Random random)
    {
        yield return new State(1000, 1000, 14_600, 65_535);
        yield return new State(1000, 5000, 14_600, 65_535);
        yield return new State(1000, 5000, 14_600, 6_000);
        yield return new State(1000, 11_000, 14_600, 12_000);
        yield return new State(1000, 11_000, 5_000, 65_535);
        yield return new State(1000, 3000, 14_600, 0);
        yield return new State(4_294_967_000, 704, 14_600, 65_535);
        yield return new State(4_294_966_000, 4_294_967_000, 14_600, 65_535);
        yield return new State(4_294_967_000, 10_704, 5_000, 65_535);
        for (var i = 0; i < RandomCases; i++)
        {
            var oldest = random.Next(3) == 0 ? uint.MaxValue - (uint)random.Next(9_000) : (uint)random.NextInt64(1L << 32);
            var inFlight = (uint)random.Next(20_000);
            yield return new State(oldest, oldest + inFlight, (uint)random.Next(1, 20) * 1460, (uint)random.Next(30_000));
        }
    }

    private protected override object? Apply(Answer answer, State arguments) => answer(
        arguments.Unacknowledged, arguments.Next, arguments.CongestionWindow, arguments.ReceiveWindow);

    private protected override string Describe(State arguments) => InvariantText.Format(
        $"unacknowledged {arguments.Unacknowledged}, next {arguments.Next}, ")
        + InvariantText.Format($"congestion window {arguments.CongestionWindow:N0}, ")
        + InvariantText.Format($"receiver's window {arguments.ReceiveWindow:N0}");

    private static uint Rest(uint limit, uint inFlight) => limit > inFlight ? limit - inFlight : 0;

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Unacknowledged">The number of the oldest byte in flight.</param>
    /// <param name="Next">The number of the next byte to send.</param>
    /// <param name="CongestionWindow">The congestion window in bytes.</param>
    /// <param name="ReceiveWindow">The receiver's window in bytes.</param>
    public sealed record State(uint Unacknowledged, uint Next, uint CongestionWindow, uint ReceiveWindow);
}
