using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.3: a retransmission timeout that is learnt from round-trip times.</summary>
    public static LearnTimeoutExercise LearnTimeout { get; } = new();
}

/// <summary>The learner writes the retransmission timeout of RFC 6298, and it is told of scripted round-trip times.</summary>
public sealed class LearnTimeoutExercise : ScriptExercise<Func<TimeSpan, TimeSpan, OwnTimeout>>
{
    private const int RandomScripts = 60;

    internal LearnTimeoutExercise()
        : base(new ExerciseText(
            "2-transport/3-sliding-windows-and-timeouts.ipynb", "2.3", 4, nameof(Exercises.LearnTimeout),
            "A timeout that learns",
            "Write an `OwnTimeout` after RFC 6298. At first `Timeout` is `initial`. `Acknowledged(roundTrip, tries)` brings a "
                + "round-trip time *R*. The first sets SRTT = *R* and RTTVAR = *R*/2. Each later one sets RTTVAR = 3/4 · RTTVAR "
                + "+ 1/4 · |SRTT − *R*|, and then SRTT = 7/8 · SRTT + 1/8 · *R*. After each, `Timeout` is SRTT plus 4 · RTTVAR "
                + "or one millisecond (the clock's tick), whichever is more, but not below `min`. If the segment was sent "
                + "more than once, change nothing (Karn's rule). `Expired()` doubles `Timeout`, until the next measurement.",
            [
                "Three fields: SRTT, which is null before the first measurement, RTTVAR, and the timeout. Which of the three "
                    + "does `Expired` change? `(a - b).Duration()` is the distance between two times.",
                "`Acknowledged`: `if (tries > 1) return;`. If SRTT is null, set both; else first RTTVAR, which needs the *old* "
                    + "SRTT, then SRTT. Then compute the timeout, and raise it to `min` if it is lower. `Expired`: "
                    + "`_timeout *= 2`, and nothing else.",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        Swapped,
        SmoothedFirst,
        NoKarn,
        NoMinimum,
        NoDoubling,
        ForgetsDoubling,
        FromZero,
        NoVariationAtFirst,
        Signed,
        NoTick,
        WholeNumbers,
        AddsTheTick,
        WholeVariationAtFirst,
        DoublesTheMeasured,
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Func<TimeSpan, TimeSpan, OwnTimeout> Reference => (initial, min) => new Course(initial, min);

    internal override IReadOnlyList<Mistake<Func<TimeSpan, TimeSpan, OwnTimeout>>> Mistakes { get; } = All();

    private protected override IEnumerable<Script<Func<TimeSpan, TimeSpan, OwnTimeout>>> Scripts(Random random)
    {
        yield return Of(1000, 20, [Begin, Once(100), Once(100), Once(160), Once(60), Once(110)]);
        yield return Of(1000, 200, [Begin, Once(100), Expiry, Expiry, Again(4, 3), Once(120), Again(3, 2), Once(110)]);
        yield return Of(1000, 1000, [Begin, Once(50), Once(60), Expiry, Again(50, 2), Once(60)]);
        yield return Of(1000, 10, [Begin, .. Enumerable.Repeat(Once(40), 24)]);
        for (var i = 0; i < RandomScripts; i++)
        {
            int[] least = [0, 20, 200, 1000];
            var (initial, min) = (random.Next(1, 4) * 500, least[random.Next(least.Length)]);
            // Whether the minimum holds before the first measurement, the task does not say.
            yield return Of(Math.Max(initial, min), min, [Begin, .. RandomEvents(random)]);
        }
    }

    private static Event Begin => new(EventKind.Begins);

    private static Event Expiry => new(EventKind.Expired);

    private static Event Once(int milliseconds) => Again(milliseconds, 1);

    private static Event Again(int milliseconds, int tries) =>
        new(EventKind.Acknowledged, TimeSpan.FromMilliseconds(milliseconds), tries);

    private static IEnumerable<Event> RandomEvents(Random random)
    {
        var usual = random.Next(5, 400);
        for (var count = random.Next(6, 20); count > 0; count--)
        {
            if (random.Next(5) > 0)
            {
                yield return Once(usual * random.Next(70, 160) / 100);
                continue;
            }

            var tries = random.Next(2, 4);
            for (var i = 1; i < tries; i++)
            {
                yield return Expiry;
            }

            yield return Again(random.Next(1, usual), tries);
            usual = random.Next(5, 400);
            // Without a measurement in between, a timeout would soon be longer than the most that the RFC allows.
            yield return Once(usual);
        }
    }

    private static Script<Func<TimeSpan, TimeSpan, OwnTimeout>> Of(int initial, int min, Event[] events)
    {
        var (first, lowest) = (TimeSpan.FromMilliseconds(initial), TimeSpan.FromMilliseconds(min));
        return new(
            InvariantText.Format($"a new timeout, initial {initial:#,0} ms, minimum {min:#,0} ms"),
            events.Length,
            i => events[i].ToString(),
            answer =>
            {
                var timeout = answer(first, lowest);
                return timeout is null ? null : i => Respond(timeout, events[i]);
            });
    }

    private static Shown Respond(OwnTimeout timeout, Event next)
    {
        switch (next.Kind)
        {
            case EventKind.Acknowledged:
                timeout.Acknowledged(next.RoundTrip, next.Tries);
                break;
            case EventKind.Expired:
                timeout.Expired();
                break;
        }

        return new Shown(timeout.Timeout);
    }

    private static List<Mistake<Func<TimeSpan, TimeSpan, OwnTimeout>>> All()
    {
        List<Mistake<Func<TimeSpan, TimeSpan, OwnTimeout>>> all = [];
        Add(
            Flaw.Swapped,
            "swaps the two weights",
            "Your class gives a new round-trip time the weight 1/4 in SRTT, and 1/8 in RTTVAR. It is the other way round: 1/8 "
                + "(α) for the mean, 1/4 (β) for the deviation. The mean is to be calm; the deviation has to react sooner, "
                + "because a sudden change shows there first.");
        Add(
            Flaw.SmoothedFirst,
            "updates SRTT before RTTVAR",
            "Your class updates SRTT first, and then compares the new round-trip time with a mean that already contains it. The "
                + "deviation comes out an eighth too small each time, and the timeout too short. RFC 6298, section 2.3, says so "
                + "expressly: RTTVAR first, with the old SRTT.");
        Add(
            Flaw.NoKarn,
            "measures retransmitted segments too",
            "The segment was sent more than once, and your class took the time since the *last* transmission for a round trip. "
                + "The acknowledgment may belong to an earlier one: then the link looks fast just when it has become slow, the "
                + "timeout shrinks, and more segments are sent twice. Karn's rule: do not learn from it.");
        Add(
            Flaw.NoMinimum,
            "ignores the minimum timeout",
            "Your timeout falls below `min`. With short and steady round trips, it comes so close to them that any delay at "
                + "the other end, such as an acknowledgment that is held back, counts as a loss. The RFC's minimum is a whole "
                + "second; systems use about 200 ms.");
        Add(
            Flaw.NoDoubling,
            "does not double the timeout",
            "The timer expired, and your timeout stayed as it was. If the path has become slower than the timeout, each segment "
                + "is sent twice for ever: by Karn's rule nothing can be learnt from them. And if the path is overloaded, all "
                + "senders go on at the same pace and keep it overloaded. Doubling solves both problems.");
        Add(
            Flaw.ForgetsDoubling,
            "goes back when a retransmission is acknowledged",
            "An acknowledgment came for a segment that was sent more than once, and your class computed the timeout from SRTT "
                + "and RTTVAR again: that undoes the doubling. But nothing has been measured yet, so it is the old timeout "
                + "that was too short. The doubled timeout stays until a segment gets through at the first try.");
        Add(
            Flaw.FromZero,
            "lets SRTT begin at zero",
            "Your class treats the first round-trip time like all others, with SRTT and RTTVAR beginning at 0. The mean then "
                + "climbs from 0 by an eighth each time: after the first 100 ms it is 12.5 ms. For a dozen round trips, the "
                + "timeout is far from the truth. The first measurement sets both.");
        Add(
            Flaw.NoVariationAtFirst,
            "lets RTTVAR begin at zero",
            "After the first measurement your RTTVAR is 0, so the timeout is about the round-trip time itself: the next segment "
                + "that takes a little longer is sent twice. A single measurement says nothing about the deviation, so the RFC "
                + "assumes half of it: the first timeout is three round trips.");
        Add(
            Flaw.Signed,
            "keeps the sign of the deviation",
            "Your class adds SRTT − R with its sign. Round trips that are longer than usual then make RTTVAR *smaller*, even "
                + "negative, and long and short ones cancel out. RTTVAR is the mean distance from SRTT, in either direction: "
                + "take the absolute value, `(smoothed - roundTrip).Duration()`.");
        Add(
            Flaw.NoTick,
            "adds no margin when round trips are steady",
            "When all round trips are the same, RTTVAR goes to 0, and your timeout becomes the round-trip time itself. A clock "
                + "that ticks in milliseconds can't tell the two apart, and the timer expires just before the acknowledgment. "
                + "Add 4 · RTTVAR or a tick of the clock, whichever is more (G in the RFC).");
        Add(
            Flaw.WholeNumbers,
            "divides whole numbers",
            "After the second measurement, your SRTT and RTTVAR are 0. In C#, `3 / 4`, `1 / 4`, `7 / 8` and `1 / 8` are "
                + "divisions of whole numbers, and all of them are 0. Write `0.75`, or `3.0 / 4`, or divide last: `3 * "
                + "variation / 4`.");
        Add(
            Flaw.AddsTheTick,
            "adds the tick as well",
            "Your timeout is SRTT plus 4 · RTTVAR plus 1 ms. The tick is a lower limit for the margin, not a part of it: it "
                + "counts only where 4 · RTTVAR is less. Add the larger of the two.");
        Add(
            Flaw.WholeVariationAtFirst,
            "lets RTTVAR begin at the whole round-trip time",
            "After the first measurement your RTTVAR is *R*, so the timeout is five round trips. The RFC begins with *R*/2, "
                + "which makes three. A loss at the beginning is then noticed sooner.");
        Add(
            Flaw.DoublesTheMeasured,
            "doubles the measured timeout each time",
            "The timer expired twice in a row, and your timeout was doubled only once. Your class doubles what follows from SRTT "
                + "and RTTVAR, which have not changed. Double the timeout that was in force: if 600 ms were not enough, the next "
                + "try gets 1,200 ms.");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, (initial, min) => new Own(initial, min, flaw)));
    }

    // A timeout up to rounding, in as many digits as make a difference.
    private sealed class Shown(TimeSpan timeout)
    {
        // What rounding to milliseconds, or to the ticks of a TimeSpan, can add up to.
        private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(0.05);

        private readonly TimeSpan _timeout = timeout;

        public override bool Equals(object? other) => other is Shown shown && (_timeout - shown._timeout).Duration() < Rounding;

        public override int GetHashCode() => 0;

        public override string ToString() => InvariantText.Format($"{_timeout.TotalMilliseconds:#,0.##} ms");
    }

    private enum EventKind
    {
        Begins,
        Acknowledged,
        Expired,
    }

    private readonly record struct Event(EventKind Kind, TimeSpan RoundTrip = default, int Tries = 1)
    {
        public override string ToString() => Kind switch
        {
            EventKind.Begins => "nothing is measured yet",
            EventKind.Expired => "the timer expired",
            _ when Tries == 1 => $"a segment was acknowledged {InvariantText.Of(RoundTrip)} after it was sent",
            _ => InvariantText.Format($"a segment sent {Tries} times was acknowledged {InvariantText.Of(RoundTrip)} ")
                + "after the last time",
        };
    }

    // The course's estimator.
    private sealed class Course(TimeSpan initial, TimeSpan min) : OwnTimeout
    {
        private readonly RttEstimator _estimator = new(initial, min);

        public override TimeSpan Timeout => _estimator.Timeout;

        public override void Acknowledged(TimeSpan roundTrip, int tries)
        {
            if (tries == 1)
            {
                _estimator.Sample(roundTrip);
            }
        }

        public override void Expired() => _estimator.BackOff();
    }

    // One that can be given a flaw.
    private sealed class Own(TimeSpan initial, TimeSpan min, Flaw flaw) : OwnTimeout
    {
        private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

        private TimeSpan? _smoothed = flaw == Flaw.FromZero ? TimeSpan.Zero : null;
        private TimeSpan _variation;
        private TimeSpan _measured = initial;
        private TimeSpan _timeout = initial;

        public override TimeSpan Timeout => _timeout;

        public override void Acknowledged(TimeSpan roundTrip, int tries)
        {
            if (tries > 1 && flaw is not (Flaw.NoKarn or Flaw.ForgetsDoubling))
            {
                return;
            }

            if (tries == 1 || flaw == Flaw.NoKarn)
            {
                Measure(roundTrip);
            }

            var margin = 4 * _variation;
            margin += flaw == Flaw.AddsTheTick ? Tick : TimeSpan.Zero;
            _timeout = _smoothed.GetValueOrDefault(_timeout) + (margin > Tick || flaw == Flaw.NoTick ? margin : Tick);
            _timeout = _timeout < min && flaw != Flaw.NoMinimum ? min : _timeout;
            _measured = _timeout;
        }

        public override void Expired() => _timeout = flaw switch
        {
            Flaw.NoDoubling => _timeout,
            Flaw.DoublesTheMeasured => 2 * _measured,
            _ => 2 * _timeout,
        };

        private void Measure(TimeSpan roundTrip)
        {
            if (_smoothed is not { } before)
            {
                (_smoothed, _variation) = (roundTrip, flaw switch
                {
                    Flaw.NoVariationAtFirst => TimeSpan.Zero,
                    Flaw.WholeVariationAtFirst => roundTrip,
                    _ => roundTrip / 2,
                });
                return;
            }

            if (flaw == Flaw.WholeNumbers)
            {
                (_smoothed, _variation) = (TimeSpan.Zero, TimeSpan.Zero);
                return;
            }

            var (alpha, beta) = flaw == Flaw.Swapped ? (1.0 / 4, 1.0 / 8) : (1.0 / 8, 1.0 / 4);
            var after = ((1 - alpha) * before) + (alpha * roundTrip);
            var deviation = (flaw == Flaw.SmoothedFirst ? after : before) - roundTrip;
            _variation = ((1 - beta) * _variation) + (beta * (flaw == Flaw.Signed ? deviation : deviation.Duration()));
            _smoothed = after;
        }
    }
}
