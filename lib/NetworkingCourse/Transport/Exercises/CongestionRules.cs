using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.4: the rules of the congestion window.</summary>
    public static CongestionRulesExercise CongestionRules { get; } = new();
}

/// <summary>The learner writes the congestion window of RFC 5681, which is told of scripted acknowledgments and losses.</summary>
public sealed class CongestionRulesExercise : ScriptExercise<Func<OwnCongestionWindow>>
{
    private const int RandomScripts = 60;

    internal CongestionRulesExercise()
        : base(new ExerciseText(
            "2-transport/4-congestion.ipynb", "2.4", 1, nameof(Exercises.CongestionRules),
            "A congestion window",
            "Write an `OwnCongestionWindow` after RFC 5681, counted in segments. `Size` begins at 1; the threshold begins at "
                + "infinity. For each newly acknowledged segment, `Size` grows by 1 as long as it is less than the threshold "
                + "(slow start), and by 1/`Size` otherwise (congestion avoidance). The third duplicate acknowledgment in a row "
                + "is a loss: threshold and `Size` become half of the segments in flight, but not less than 2, and `Duplicate` "
                + "returns true. Before and after the third it returns false, and nothing changes until `Recovered` is called. "
                + "When the timer expires, the threshold becomes the same, but `Size` 1. An acknowledgment of something new "
                + "ends a row of duplicates; so does a timeout.",
            [
                "Three fields: the size, the threshold (`double.PositiveInfinity` at first), and how many duplicates have come "
                    + "in a row. No field is needed for the phase: which comparison tells slow start from congestion avoidance?",
                "`Acknowledged`: no duplicates any more; for each segment, `_size += _size < _threshold ? 1 : 1 / _size`. "
                    + "`Duplicate`: `if (++_duplicates != 3) return false;`, then both become `Math.Max(inFlight / 2.0, 2)`. "
                    + "`Recovered` only ends the row.",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        DoublesForEach,
        GrowsTooFast,
        HalfOfTheWindow,
        EveryDuplicate,
        AgainAfterTheThird,
        CountsOverTime,
        BelowTwo,
        TimeoutHalves,
        LossRestarts,
        NoThreshold,
        TimeoutKeepsTheRow,
        RecoveryKeepsTheRow,
        OneForSeveral,
        WholeNumbers,
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Func<OwnCongestionWindow> Reference => () => new Course();

    internal override IReadOnlyList<Mistake<Func<OwnCongestionWindow>>> Mistakes { get; } = All();

    private protected override IEnumerable<Script<Func<OwnCongestionWindow>>> Scripts(Random random)
    {
        Event one = new(EventKind.Acknowledged, 1);
        Event recovered = new(EventKind.Recovered);
        Event[] three = Repeated(Duplicate(8), 3);
        Event four = new(EventKind.Acknowledged, 4);
        yield return Of([new(EventKind.Begins), one, one, one, four, .. three, Duplicate(8), recovered, one, one]);
        yield return Of([.. Repeated(one, 3), Duplicate(4), Duplicate(4), one, .. Repeated(Duplicate(4), 3), recovered, one]);
        yield return Of([.. Repeated(one, 11), TimedOut(12), .. Repeated(one, 8)]);
        yield return Of(
            [.. Repeated(one, 15), .. Repeated(Duplicate(6), 7), recovered, .. Repeated(one, 4), TimedOut(4), one, one]);
        yield return Of([one, .. Repeated(Duplicate(2), 3), recovered, one, TimedOut(2), one, one]);
        yield return Of([.. Repeated(one, 7), Duplicate(8), Duplicate(8), TimedOut(8), Duplicate(8), Duplicate(8), one]);
        yield return Of([.. Repeated(one, 7), .. three, recovered, .. Repeated(Duplicate(4), 3), recovered, one]);
        // Slow start ends between the second and the third of these segments.
        yield return Of([.. Repeated(one, 5), TimedOut(6), new(EventKind.Acknowledged, 3), one]);
        for (var i = 0; i < RandomScripts; i++)
        {
            yield return Of([.. RandomEvents(random)]);
        }
    }

    private static Event[] Repeated(Event one, int count) => [.. Enumerable.Repeat(one, count)];

    private static Event Duplicate(int inFlight) => new(EventKind.Duplicate, inFlight);

    private static Event TimedOut(int inFlight) => new(EventKind.TimedOut, inFlight);

    // What can happen to a sender. An even number is in flight, so that it makes no difference how a half is rounded.
    private static IEnumerable<Event> RandomEvents(Random random)
    {
        var window = new CongestionWindow();
        for (var i = random.Next(12, 30); i > 0; i--)
        {
            var inFlight = 2 * Math.Max(1, random.Next((int)window.Size / 4, ((int)window.Size / 2) + 1));
            switch (random.Next(10))
            {
                case 0:
                    yield return TimedOut(inFlight);
                    window.TimedOut(inFlight);
                    break;
                case 1 or 2:
                    for (var count = random.Next(3, 7); count > 0; count--)
                    {
                        yield return Duplicate(inFlight);
                    }

                    yield return new(EventKind.Recovered);
                    window.Lost(inFlight);
                    window.Recovered();
                    break;
                case 3:
                    for (var count = random.Next(1, 3); count > 0; count--)
                    {
                        yield return Duplicate(inFlight);
                    }

                    yield return new(EventKind.Acknowledged, 1);
                    window.Acknowledged(1);
                    break;
                default:
                    // Several segments at once only in slow start: growth by 1/Size may be added up or multiplied.
                    var several = window.Size + 3 < window.Threshold && window.Size < 20 ? random.Next(1, 4) : 1;
                    yield return new(EventKind.Acknowledged, several);
                    window.Acknowledged(several);
                    break;
            }
        }
    }

    private static Script<Func<OwnCongestionWindow>> Of(Event[] events) => new(
        "a new window",
        events.Length,
        i => events[i].ToString(),
        answer =>
        {
            var window = answer();
            return window is null ? null : i => Respond(window, events[i]);
        });

    private static Response Respond(OwnCongestionWindow window, Event next)
    {
        bool? isLoss = null;
        switch (next.Kind)
        {
            case EventKind.Acknowledged:
                window.Acknowledged(next.Segments);
                break;
            case EventKind.Duplicate:
                isLoss = window.Duplicate(next.Segments);
                break;
            case EventKind.Recovered:
                window.Recovered();
                break;
            case EventKind.TimedOut:
                window.TimedOut(next.Segments);
                break;
        }

        return new Response(window.Size, isLoss);
    }

    private static List<Mistake<Func<OwnCongestionWindow>>> All()
    {
        List<Mistake<Func<OwnCongestionWindow>>> all = [];
        Add(
            Flaw.DoublesForEach,
            "doubles the window for each acknowledgment",
            "Your window doubles with each acknowledgment. *Slow start doubles it every round trip*: in a round trip, as many "
                + "acknowledgments come as segments were in flight, and each adds 1. Doubling for each would go from 1 to a "
                + "million in 20 acknowledgments, and the queue would be full before the first loss is noticed.");
        Add(
            Flaw.GrowsTooFast,
            "grows by 1 for each acknowledgment in congestion avoidance",
            "The window has reached the threshold, so slow start is over, and yours has grown by 1 for a segment. In congestion "
                + "avoidance, it is 1 for each *round trip*: a whole window of acknowledgments together, so 1/`Size` for each. "
                + "With 1 for each, a window doubles every round trip, and overflows the queue that it has just drained. (At "
                + "the threshold itself too: compare with `<`.)");
        Add(
            Flaw.HalfOfTheWindow,
            "takes half of the window, not of what is in flight",
            "Your threshold is half of `Size`. The RFC says half of the *segments in flight*, and warns of this mistake (section "
                + "3.1): a sender that has had little to send may have a large window and few segments in flight. Half of the "
                + "window would then be more than what has just overflowed the queue.");
        Add(
            Flaw.EveryDuplicate,
            "takes the first duplicate for a loss",
            "Your window shrinks at a duplicate before the third. Packets that overtake each other on the way cause one or two "
                + "duplicates with nothing lost. On a path with a little reordering, your sender halves its window again and "
                + "again, and sends segments twice for nothing. Count to three.");
        Add(
            Flaw.AgainAfterTheThird,
            "reacts again to the fourth duplicate",
            "Your window has reacted to the third duplicate, and does so again to the next. Every segment that was in flight "
                + "behind the lost one causes a duplicate: a single loss would shrink the window to 2. One loss is one "
                + "reduction: `== 3`, not `>= 3`.");
        Add(
            Flaw.CountsOverTime,
            "counts duplicates that are not in a row",
            "An acknowledgment of something new has come in between, and your class goes on counting from where it was. Over "
                + "minutes, two harmless duplicates here and one there make three, and the window is halved for nothing. "
                + "`Acknowledged` sets the count to 0.");
        Add(
            Flaw.BelowTwo,
            "goes below two segments",
            "Half of what was in flight is less than 2, and your window or threshold follows. With a single segment in flight, "
                + "no duplicates can come, so every further loss has to wait for the timer. The RFC keeps the threshold at two "
                + "segments or more.");
        Add(
            Flaw.TimeoutHalves,
            "only halves the window after a timeout",
            "The timer expired, and your window is half of what was in flight. Duplicates say that later segments still "
                + "arrive; a timeout says that *nothing* does, and that nothing is known about the path any more. The window "
                + "begins again at 1, in slow start; only the threshold remembers the half.");
        Add(
            Flaw.LossRestarts,
            "begins again at 1 after three duplicates",
            "Three duplicates came, and your window went back to 1. That was TCP until 1990 (*Tahoe*). The duplicates show that "
                + "segments still leave the network and acknowledgments flow, so there is no need for slow start: go on with "
                + "half (*fast recovery*, *Reno*). Yours leaves the link idle after each loss.");
        Add(
            Flaw.NoThreshold,
            "ignores the threshold after a timeout",
            "After a timeout, slow start ends at the threshold: half of what was in flight then. Your window goes on doubling "
                + "every round trip beyond it, up to the size that has just overflowed the queue. From the threshold on, it "
                + "should feel its way: 1/`Size` for each segment.");
        Add(
            Flaw.TimeoutKeepsTheRow,
            "goes on counting duplicates after a timeout",
            "Two duplicates came, then the timer expired, and your class took the next duplicate for the third. The timeout "
                + "has already dealt with the loss: the window is 1, and the segment is sent again. Duplicates that arrive now "
                + "belong to a new row. `TimedOut` sets the count to 0.");
        Add(
            Flaw.RecoveryKeepsTheRow,
            "goes on counting duplicates after a recovery",
            "The last loss was repaired, three duplicates came, and your window did not react. Your class went on counting where "
                + "the last row ended: the next duplicate is the fourth, not the first, and no later one is ever the third. "
                + "`Recovered` sets the count to 0.");
        Add(
            Flaw.OneForSeveral,
            "counts an acknowledgment as one segment",
            "Several segments were acknowledged at once, and your window grew as for one. Receivers often acknowledge every "
                + "second segment only: your window would grow half as fast as it may. Repeat the rule `segments` times.");
        Add(
            Flaw.WholeNumbers,
            "divides whole numbers",
            "In congestion avoidance your window does not grow at all. If `Size` is kept or converted to an `int`, `1 / size` "
                + "is a division of whole numbers, and the result is 0. Keep the window in a `double`: many small parts make "
                + "one segment.");
        return all;

        void Add(Flaw flaw, string name, string explanation) => all.Add(new(name, explanation, () => new Own(flaw)));
    }

    private enum EventKind
    {
        Begins,
        Acknowledged,
        Duplicate,
        Recovered,
        TimedOut,
    }

    private readonly record struct Event(EventKind Kind, int Segments = 0)
    {
        public override string ToString() => Kind switch
        {
            EventKind.Begins => "nothing was sent yet",
            EventKind.Acknowledged when Segments == 1 => "a segment was acknowledged",
            EventKind.Acknowledged => InvariantText.Format($"{Segments} segments were acknowledged at once"),
            EventKind.Duplicate => InvariantText.Format($"a duplicate came, with {Segments} segments in flight"),
            EventKind.Recovered => "all that was in flight at the loss was acknowledged: recovered",
            _ => InvariantText.Format($"the timer expired, with {Segments} segments in flight"),
        };
    }

    // The window up to rounding, and what it said to a duplicate.
    private sealed class Response(double size, bool? isLoss)
    {
        private readonly double _size = size;
        private readonly bool? _isLoss = isLoss;

        public override bool Equals(object? other) =>
            other is Response response && Present.Same(_size, response._size) && _isLoss == response._isLoss;

        public override int GetHashCode() => 0;

        public override string ToString() => _isLoss is { } isLoss
            ? InvariantText.Format($"{(isLoss ? "true" : "false")}, size {_size:0.###}")
            : InvariantText.Format($"size {_size:0.###}");
    }

    // The course's window, and the count of duplicates.
    private sealed class Course : OwnCongestionWindow
    {
        private readonly CongestionWindow _window = new();
        private int _duplicates;

        public override double Size => _window.Size;

        public override void Acknowledged(int segments)
        {
            _duplicates = 0;
            _window.Acknowledged(segments);
        }

        public override bool Duplicate(int inFlight)
        {
            if (++_duplicates != 3)
            {
                return false;
            }

            _window.Lost(inFlight);
            return true;
        }

        public override void Recovered()
        {
            _duplicates = 0;
            _window.Recovered();
        }

        public override void TimedOut(int inFlight)
        {
            _duplicates = 0;
            _window.TimedOut(inFlight);
        }
    }

    // One that can be given a flaw.
    private sealed class Own(Flaw flaw) : OwnCongestionWindow
    {
        private double _size = 1;
        private double _threshold = double.PositiveInfinity;
        private int _duplicates;
        private bool _afterTimeout;

        public override double Size => _size;

        public override void Acknowledged(int segments)
        {
            _duplicates = flaw == Flaw.CountsOverTime ? _duplicates : 0;
            for (var left = flaw == Flaw.OneForSeveral ? 1 : segments; left > 0; left--)
            {
                var isSlowStart = _size < _threshold || (flaw == Flaw.NoThreshold && _afterTimeout);
                _size += (isSlowStart, flaw) switch
                {
                    (true, Flaw.DoublesForEach) => _size,
                    (true, _) or (_, Flaw.GrowsTooFast) => 1,
                    (_, Flaw.WholeNumbers) => 0,
                    _ => 1 / _size,
                };
            }
        }

        public override bool Duplicate(int inFlight)
        {
            _duplicates++;
            var isLoss = _duplicates == 3
                || flaw == Flaw.EveryDuplicate
                || (flaw == Flaw.AgainAfterTheThird && _duplicates > 3);
            if (isLoss)
            {
                _threshold = Half(inFlight);
                _size = flaw == Flaw.LossRestarts ? 1 : _threshold;
                _afterTimeout = false;
            }

            return isLoss;
        }

        public override void Recovered() => _duplicates = flaw == Flaw.RecoveryKeepsTheRow ? _duplicates : 0;

        public override void TimedOut(int inFlight)
        {
            _threshold = Half(inFlight);
            _size = flaw == Flaw.TimeoutHalves ? _threshold : 1;
            (_duplicates, _afterTimeout) = (flaw == Flaw.TimeoutKeepsTheRow ? _duplicates : 0, true);
        }

        private double Half(int inFlight) => Math.Max(
            flaw == Flaw.HalfOfTheWindow ? _size / 2 : inFlight / 2.0,
            flaw == Flaw.BelowTwo ? 1 : 2);
    }
}
