using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.3: a Go-Back-N sender.</summary>
    public static GoBackNExercise GoBackN { get; } = new();
}

/// <summary>
/// The learner writes a Go-Back-N sender. It hears of the same acknowledgments and timeouts as the course's own, in hundreds of
/// transfers with scripted faults, and must do the same.
/// </summary>
public sealed class GoBackNExercise : ScriptExercise<Func<ProtocolOptions, ReliableSender>>
{
    private const int RandomScripts = 500;
    private const int Timer = 0;

    internal GoBackNExercise()
        : base(new ExerciseText(
            "2-transport/3-sliding-windows-and-timeouts.ipynb", "2.3", 1, nameof(Exercises.GoBackN),
            "A Go-Back-N sender",
            "Write a `ReliableSender` that sends up to `Options.Window` segments ahead, with a single timer, number 0. Start "
                + "the timer when a segment goes out and none was unacknowledged. If an acknowledgment takes segments off the "
                + "window, start the timer anew for those that remain, or stop it if none does. When it expires, transmit all "
                + "unacknowledged segments again, oldest first, and start it again. An acknowledgment carries the number of the "
                + "segment that the receiver expects *next*: it confirms all segments before that one. If it confirms nothing "
                + "new, do nothing. `Unacknowledged` is how many segments are in the window. (You need not give up.)",
            [
                "A `Queue<Segment>` can hold the window, oldest first. How many segments does an acknowledgment take off it? "
                    + "`Numbers.Distance(oldest, number)` counts upwards and around. Which results mean: nothing new?",
                "`Send`: enqueue `Segment.WithData(Next, data)`, set `Next = Numbers.After(Next)`, transmit; if the queue now "
                    + "has one segment, start the timer too. `Acknowledged`: if the window is empty, or the distance is 0 or "
                    + "more than `_window.Count`, return `[]`; else dequeue as many as the distance, and stop or start the "
                    + "timer.",
                "`TimedOut`: `[.. _window.Select(segment => new Transmit(segment, 2)), new StartTimer(0, Options.Timeout)]`.",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        OneForEach,
        OneOfSeveral,
        OffByOne,
        OldAckEmpties,
        NoWrap,
        WindowTooLarge,
        TimerLeftRunning,
        TimerNotRestarted,
        TimerNotStartedAgain,
        OnlyOldest,
        NoWrapInTheMiddle,
        TimerRestartedBySending,
        TimerRestartedByDuplicates,
        GoesBackAtDuplicates,
    }

    /// <inheritdoc/>
    public override int Minutes => 20;

    internal override Func<ProtocolOptions, ReliableSender> Reference => options => new GoBackNSender(options);

    internal override IReadOnlyList<Mistake<Func<ProtocolOptions, ReliableSender>>> Mistakes { get; } = All();

    private protected override IEnumerable<Script<Func<ProtocolOptions, ReliableSender>>> Scripts(Random random)
    {
        var usual = new TransferOptions { Window = 4, Timeout = TimeSpan.FromMilliseconds(40), SegmentBytes = 94 };
        yield return Of(random, usual, 6, there: "drop the 3rd");
        yield return Of(random, usual, 6, back: "drop the 1st and 2nd");
        yield return Of(random, usual, 5, back: "hold back the 1st");
        yield return Of(random, usual, 5, there: "drop the 5th to 7th");
        yield return Of(random, usual with { SequenceBits = 3, Window = 7, FirstNumber = 5 }, 9, back: "duplicate the 4th");
        for (var i = 0; i < RandomScripts; i++)
        {
            var bits = (int[])[3, 3, 8, 16];
            var numbers = new SequenceNumbers(bits[random.Next(bits.Length)]);
            var options = usual with
            {
                SequenceBits = numbers.Bits,
                FirstNumber = random.Next(2) == 0 ? 0 : numbers.Count - random.Next(1, 5),
                Window = random.Next(2, Math.Min(9, numbers.Count)),
                // Now and then shorter than a round trip.
                Timeout = TimeSpan.FromMilliseconds(random.Next(4) == 0 ? 19 : 45),
            };
            yield return Of(random, options, random.Next(3, 8), Faults(random), Faults(random));
        }
    }

    private static string Faults(Random random) =>
        FaultyTransfer.Faults(random, oneEmptyOf: 3, ["drop", "drop", "duplicate", "corrupt", "hold back"]);

    // The course's sender transfers some data. What happens to it will happen to the learner's sender.
    private static Script<Func<ProtocolOptions, ReliableSender>> Of(
        Random random, TransferOptions options, int segments, string there = "", string back = "")
    {
        options = FaultyTransfer.With(options, there, back);
        var data = new byte[segments * options.SegmentBytes];
        random.NextBytes(data);
        Recorder? recorder = null;
        ReliableProtocol.GoBackN.WithSender(given => recorder = new Recorder(given)).Send(data, options);
        var events = recorder!.Events;
        return new(
            FaultyTransfer.Describe(options, there, back), events.Count, i => events[i].ToString(), answer =>
            {
                var machine = answer(options) is { } sender ? new Machine(sender, options) : null;
                return machine is null ? null : i => machine.Respond(events[i]);
            })
        {
            Picture = () => ReliableProtocol.GoBackN.Send(data, options).Ladder() with
            {
                Caption = "The whole transfer, with a sender that does what is expected.",
            },
        };
    }

    private static List<Mistake<Func<ProtocolOptions, ReliableSender>>> All()
    {
        List<Mistake<Func<ProtocolOptions, ReliableSender>>> all = [];
        Add(
            Flaw.OneForEach,
            "takes one segment off for each acknowledgment",
            "Your sender takes one segment off its window whenever an acknowledgment comes, whatever its number. A receiver that "
                + "misses a segment repeats its last acknowledgment for every later one. Your sender believes that these are "
                + "confirmed, and never sends the missing segment again: the transfer stands still, or the data have a hole. "
                + "The number says what has arrived; the count of acknowledgments says nothing.");
        Add(
            Flaw.OneOfSeveral,
            "takes a cumulative acknowledgment for a single segment",
            "An acknowledgment confirmed several segments at once, and your sender took off only one. That is the point of "
                + "*cumulative* acknowledgments: when one is lost, the next says the same and more. Your sender waits for "
                + "acknowledgments that will not come, until the timer expires. Take off all segments before the number.");
        Add(
            Flaw.OffByOne,
            "also takes off the segment that is expected next",
            "`ack 3` says that the receiver expects segment 3 *next*: it has all up to 2. Your sender takes off 3 as well. If 3 "
                + "is the one that was lost, nothing ever sends it again. (A protocol could number its acknowledgments the "
                + "other way; selective repeat in this lesson does. TCP does it as here.)");
        Add(
            Flaw.OldAckEmpties,
            "lets an old acknowledgment empty the window",
            "An acknowledgment confirmed nothing in the window: it was an old one, and came late or twice. Your sender went "
                + "through its window for that number, didn't find it, and took off everything on the way. Numbers wrap around, "
                + "so an old number looks like one far ahead: accept it only if its distance from the oldest segment is no "
                + "more than the segments in the window.");
        Add(
            Flaw.NoWrap,
            "compares numbers with `<`",
            "Your sender compares sequence numbers with `<`. After the last number comes 0 again, and 0 is *later* than 7 then. "
                + "Your sender takes the acknowledgment for an old one, and ignores it. With 16 bits, this shows only after "
                + "65,536 segments, long after all tests. Distances, counted upwards and around, have no such place: "
                + "`Numbers.Distance(oldest, number)`.");
        Add(
            Flaw.WindowTooLarge,
            "sends one segment more than the window",
            "`IsReady` is still true when the window is full, so one segment too many is in flight. The limit is not only a "
                + "matter of politeness: with a window as large as the count of numbers, a receiver can't tell an old segment "
                + "from a new one. `IsReady` is `_window.Count < Options.Window`, without `=`.");
        Add(
            Flaw.TimerLeftRunning,
            "leaves the timer running",
            "All segments are confirmed, but the timer still runs. It expires when there is nothing to send again: a sender like "
                + "this fails on its empty window, or sends out of turn later, since the next segment inherits a timer that has "
                + "little time left. Return `new StopTimer(0)` when the window becomes empty.");
        Add(
            Flaw.TimerNotRestarted,
            "does not start the timer anew",
            "The timer was started for a segment that is confirmed now. It goes on, although the oldest segment in the window is "
                + "younger, and expires before that one's acknowledgment can be back: the whole window is sent again for "
                + "nothing. Whenever the window moves and something remains in it, start the timer anew.");
        Add(
            Flaw.TimerNotStartedAgain,
            "does not start the timer after a timeout",
            "Your sender transmits the window again after a timeout, without a timer. A timer that has expired does not run any "
                + "more. If the retransmission is lost too, nothing will ever happen again: both ends wait, for ever.");
        Add(
            Flaw.OnlyOldest,
            "sends only the oldest segment again",
            "After the timeout your sender transmits only the oldest segment. That would suffice if the receiver had kept the "
                + "others. In Go-Back-N it has not: it accepts segments only in order, and discarded everything after the lost "
                + "one. Each of them would cost a timeout of its own. *Go back* to the oldest, and send on from there.");
        Add(
            Flaw.NoWrapInTheMiddle,
            "takes off every segment with a lower number",
            "Your sender takes off all segments whose number is less than that of the acknowledgment, with `<`. After the last "
                + "number comes 0 again: in a window of 5, 6, 7, 0 and 1, the last two are *later* than 6, and `ack 6` does not "
                + "confirm them. They are never sent again. Count from the oldest segment on, upwards and around: "
                + "`Numbers.Distance(oldest, number)`.");
        Add(
            Flaw.TimerRestartedBySending,
            "starts the timer anew with each segment",
            "A timer was running for the oldest segment, and your sender has started it anew because another one was sent. An "
                + "application that always has something to send puts the timeout off again and again, and a lost segment waits "
                + "for it. Start the timer in `Send` only if no segment was unacknowledged before.");
        Add(
            Flaw.TimerRestartedByDuplicates,
            "starts the timer anew at an acknowledgment of nothing new",
            "An acknowledgment confirmed nothing new, and your sender has started its timer anew. After a loss, each later "
                + "segment causes one more such acknowledgment, so the timer starts again and again, just when it should "
                + "expire. It runs from the last time the window moved: return `[]`.");
        Add(
            Flaw.GoesBackAtDuplicates,
            "goes back at an acknowledgment of nothing new",
            "An acknowledgment confirmed nothing new, and your sender has sent its whole window again. Each of these segments "
                + "causes another such acknowledgment, and that another window: one lost segment fills the link with copies. "
                + "Here only the timer makes the sender go back.");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, options => new Sender(options, flaw)));
    }

    // What a sender hears of: data to send, an acknowledgment, or a timer that has expired.
    private readonly record struct Event(TimeSpan Now, ReadOnlyMemory<byte>? Data, int? Acknowledged)
    {
        public override string ToString() => (Data, Acknowledged) switch
        {
            ({ }, _) => "the application had data to send",
            (_, { } number) => InvariantText.Format($"`ack {number}` arrived"),
            _ => "the timer expired",
        };
    }

    // The course's sender, with a record of what it hears of.
    private sealed class Recorder(ProtocolOptions options) : ReliableSender(options)
    {
        private readonly GoBackNSender _sender = new(options);

        public List<Event> Events { get; } = [];

        public override bool IsReady => _sender.IsReady;

        public override int Unacknowledged => _sender.Unacknowledged;

        public override IReadOnlyList<ProtocolAction> Send(TimeSpan now, ReadOnlyMemory<byte> data)
        {
            Events.Add(new Event(now, data, null));
            return _sender.Send(now, data);
        }

        public override IReadOnlyList<ProtocolAction> Acknowledged(TimeSpan now, int number)
        {
            Events.Add(new Event(now, null, number));
            return _sender.Acknowledged(now, number);
        }

        public override IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer)
        {
            Events.Add(new Event(now, null, null));
            return _sender.TimedOut(now, timer);
        }
    }

    // A sender that hears of one event after the other. Its responses are texts.
    private sealed class Machine(ReliableSender sender, TransferOptions options)
    {
        private readonly List<ReadOnlyMemory<byte>> _data = []; // in the order of their numbers
        private bool _isRunning;

        public Said Respond(Event next)
        {
            if (next.Data is { } data)
            {
                _data.Add(data);
            }

            var actions = next switch
            {
                { Data: { } given } => sender.Send(next.Now, given.ToArray()),
                { Acknowledged: { } number } => sender.Acknowledged(next.Now, number),
                _ => Expired(next.Now),
            };
            if (actions is null)
            {
                return new Said("null; to do nothing, return `[]`");
            }

            ProtocolAction?[] copies = [.. actions];
            if (copies.FirstOrDefault(one => one is not (Transmit or StartTimer { Timer: Timer } or StopTimer)) is { } other)
            {
                return new Said($"`{other}`; a sender transmits segments, and starts and stops timer 0");
            }

            return new Said(string.Join("; ", [TextOf([.. copies.OfType<Transmit>()]), TimerAfter(copies), State()]));
        }

        private IReadOnlyList<ProtocolAction> Expired(TimeSpan now)
        {
            _isRunning = false;
            return sender.TimedOut(now, Timer);
        }

        private string State() => InvariantText.Format(
            $"{sender.Unacknowledged} unacknowledged, {(sender.IsReady ? "ready for more" : "not ready")}");

        private string TextOf(Transmit[] sent) => sent.Length == 0
            ? "sends nothing"
            : $"sends {string.Join(", ", sent.Select(transmit => TextOf(transmit.Segment)))}";

        private string TextOf(Segment? segment)
        {
            if (segment is null)
            {
                return "null";
            }

            var place = options.Numbers.Distance(options.FirstNumber, segment.Number);
            var isRight = _data.Index().Any(one =>
                options.Numbers.Distance(place, one.Index) == 0 && one.Item.Span.SequenceEqual(segment.Data.Span));
            return $"{segment}{(isRight || segment.Kind != SegmentKind.Data ? "" : " with other bytes than it should have")}";
        }

        private string TimerAfter(ProtocolAction?[] actions)
        {
            var before = _isRunning;
            StartTimer? started = null;
            foreach (var action in actions)
            {
                switch (action)
                {
                    case StartTimer start:
                        (_isRunning, started) = (true, start);
                        break;
                    case StopTimer { Timer: Timer }:
                        (_isRunning, started) = (false, null);
                        break;
                }
            }

            return (before, _isRunning, started) switch
            {
                (_, true, { } start) => $"timer {(before ? "starts anew" : "starts")}"
                    + (start.Length == options.Timeout ? "" : $" with {InvariantText.Of(start.Length)}"),
                (true, true, _) => "timer goes on",
                (true, false, _) => "timer stops",
                _ => "timer does not run",
            };
        }
    }

    // A sender that can be given one flaw.
    private sealed class Sender(ProtocolOptions options, Flaw flaw) : ReliableSender(options)
    {
        private readonly Queue<Segment> _window = new();

        public override bool IsReady => _window.Count < Options.Window + (flaw == Flaw.WindowTooLarge ? 1 : 0);

        public override int Unacknowledged => _window.Count;

        private StartTimer Start => new(Timer, Options.Timeout);

        public override IReadOnlyList<ProtocolAction> Send(TimeSpan now, ReadOnlyMemory<byte> data)
        {
            var segment = Segment.WithData(Next, data);
            _window.Enqueue(segment);
            Next = Numbers.After(Next);
            return _window.Count == 1 || flaw == Flaw.TimerRestartedBySending
                ? [new Transmit(segment, 1), Start]
                : [new Transmit(segment, 1)];
        }

        public override IReadOnlyList<ProtocolAction> Acknowledged(TimeSpan now, int number)
        {
            var count = Confirmed(number);
            for (var i = 0; i < count; i++)
            {
                _window.Dequeue();
            }

            return (count, _window.Count) switch
            {
                (0, > 0) when flaw == Flaw.TimerRestartedByDuplicates => [Start],
                (0, > 0) when flaw == Flaw.GoesBackAtDuplicates => TimedOut(now, Timer),
                (0, _) => [],
                (_, 0) => flaw == Flaw.TimerLeftRunning ? [] : [new StopTimer(Timer)],
                _ => flaw == Flaw.TimerNotRestarted ? [] : [Start],
            };
        }

        public override IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer)
        {
            var again = _window.Take(flaw == Flaw.OnlyOldest ? 1 : _window.Count).Select(segment => new Transmit(segment, 2));
            return flaw == Flaw.TimerNotStartedAgain ? [.. again] : [.. again, Start];
        }

        // How many segments an acknowledgment takes off the window.
        private int Confirmed(int number)
        {
            if (_window.Count == 0)
            {
                return 0;
            }

            var distance = Numbers.Distance(_window.Peek().Number, number);
            var right = distance <= _window.Count ? distance : 0;
            return flaw switch
            {
                Flaw.OneForEach => 1,
                Flaw.OneOfSeveral => Math.Min(right, 1),
                Flaw.OffByOne when right == distance => Math.Min(right + 1, _window.Count),
                Flaw.OldAckEmpties => Math.Min(distance, _window.Count),
                Flaw.NoWrap => _window.TakeWhile(segment => segment.Number < number).Count(),
                Flaw.NoWrapInTheMiddle => _window.Count(segment => segment.Number < number),
                _ => right,
            };
        }
    }
}
