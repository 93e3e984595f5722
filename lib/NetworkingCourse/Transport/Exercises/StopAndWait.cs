using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.2: a stop-and-wait sender.</summary>
    public static StopAndWaitExercise StopAndWait { get; } = new();
}

/// <summary>The learner writes a stop-and-wait sender, which then sends over hundreds of links with scripted faults.</summary>
public sealed class StopAndWaitExercise : Exercise<Func<ProtocolOptions, ReliableSender>>
{
    private const int RandomScripts = 500;

    private static readonly TransferOptions Usual = new() { Timeout = TimeSpan.FromMilliseconds(60), MaxTries = 6 };

    internal StopAndWaitExercise()
        : base(new ExerciseText(
            "2-transport/2-ask-again.ipynb", "2.2", 1, nameof(Exercises.StopAndWait),
            "A stop-and-wait sender",
            "Write a `ReliableSender` that sends one segment at a time. `IsReady` says whether it can take data. `Send` takes "
                + "them, `Acknowledged` tells it of an acknowledgment, and `TimedOut` of a timer that has expired; each returns "
                + "what is to be done: `new Transmit(segment, tries)`, `new StartTimer(0, Options.Timeout)`, `new StopTimer(0)`, "
                + "or nothing, `[]`. The first segment has the number `Options.FirstNumber`, and `Numbers.After(n)` is the "
                + "number after n. An acknowledgment carries the number of the segment that the receiver expects *next*. A "
                + "segment that has been sent `Options.MaxTries` times is given up: `GiveUp(segment)`.",
            [
                "Three fields are enough: the segment that waits for its acknowledgment (or null), its number, and how often it "
                    + "has been sent. Which of the three events changes which field? And which acknowledgments must change "
                    + "nothing at all?",
                "`Send`: `_waiting = Segment.WithData(_number, data)`, one try, transmit it and start the timer. `Acknowledged`: "
                    + "if nothing waits, or `number != Numbers.After(_number)`, return `[]`; else nothing waits any more, the "
                    + "number becomes the next one, and the timer stops. `TimedOut`: give up after the last try; else transmit "
                    + "the same segment again *and* start the timer again.",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        DuplicateMovesOn,
        TimerLeftRunning,
        NumberStays,
        SendsOnEveryAck,
        OwnNumber,
        NoTimer,
        DoesNotWait,
        NewNumber,
        NoWrap,
        NeverGivesUp,
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Func<ProtocolOptions, ReliableSender> Reference => options => new StopAndWaitSender(options);

    internal override IReadOnlyList<Mistake<Func<ProtocolOptions, ReliableSender>>> Mistakes { get; } = All();

    private protected override void Try(Trial trial, Func<ProtocolOptions, ReliableSender> answer)
    {
        foreach (var script in Scripts(trial.Random))
        {
            Run(trial, answer, script);
        }
    }

    private void Run(Trial trial, Func<ProtocolOptions, ReliableSender> answer, Script script)
    {
        Watched? watched = null;
        var protocol = ReliableProtocol.StopAndWait.WithSender(options => watched = new Watched(answer, options));
        var transfer = trial.Call(script.Text, () => protocol.Send(script.Data, script.Options));
        if (watched!.Found is { } found)
        {
            var actual = transfer.Ladder() with { Title = found.Actual, Caption = "" };
            trial.Wrong(script.Text, new Said(found.Expected), actual, MistakeOf(found.Flaw), found.Reason);
        }

        var right = watched.GaveUp is { } segment
            ? InvariantText.Format($"gives up after {script.Options.MaxTries} tries of `{segment}`")
            : InvariantText.Format($"complete and in order; {transfer.Transmissions} segments sent");
        var isRight = transfer.IsIntact || watched.GaveUp is not null;
        trial.Expect(script.Text, new Said(right), isRight ? new Said(right) : transfer.Ladder());
    }

    private static List<Mistake<Func<ProtocolOptions, ReliableSender>>> All()
    {
        List<Mistake<Func<ProtocolOptions, ReliableSender>>> all = [];
        Add(
            Flaw.DuplicateMovesOn,
            "a duplicate acknowledgment moves it on",
            "An old acknowledgment arrived once more, and your sender took it for the one that it waits for. The receiver "
                + "repeats its last acknowledgment whenever it gets a segment twice, so this happens after every retransmission "
                + "that was not needed. If the segment under way is then lost, nobody sends it again: there is a hole in the "
                + "data, and no error. Compare the number.");
        Add(
            Flaw.TimerLeftRunning,
            "leaves the timer running",
            "The segment is acknowledged, but its timer still runs, and your sender does something when it expires. It sends a "
                + "segment that the receiver has, or it fails because no segment waits. Stop the timer when the acknowledgment "
                + "arrives.");
        Add(
            Flaw.NumberStays,
            "never changes the number",
            "The new segment has the number of the one before. The receiver recognises duplicates by their number and by nothing "
                + "else: it discards the new data and acknowledges them. Your sender believes that all is well, and the data are "
                + "lost. The number must change with every new segment, if only between 0 and 1.");
        Add(
            Flaw.SendsOnEveryAck,
            "sends again on every acknowledgment",
            "Your sender takes an old acknowledgment for a request to send again. The receiver acknowledges that segment too, "
                + "which makes your sender send once more: after a single duplicate, everything that follows goes over the link "
                + "twice. TFTP had this bug; it became known as the *Sorcerer's Apprentice* (RFC 1123, section 4.2.3.1). Only "
                + "the timer may cause a retransmission.");
        Add(
            Flaw.OwnNumber,
            "waits for its own number",
            "Your sender waits for an acknowledgment with the number of its own segment. Here, as in TCP, an acknowledgment "
                + "carries the number of the segment that the receiver expects *next*: `ack 1` confirms `data 0`. Your sender "
                + "ignores it, and takes the repetition of an old one for its own.");
        Add(
            Flaw.NoTimer,
            "waits without a timer",
            "Your sender waits for an acknowledgment, and no timer runs. If this segment or its acknowledgment is lost, nothing "
                + "will ever happen again: both ends wait, for ever. A timer must run all the time that a segment waits. Start "
                + "it with every transmission, also with the second and third, and let no old acknowledgment stop it.");
        Add(
            Flaw.DoesNotWait,
            "does not wait",
            "`IsReady` is true although a segment is not acknowledged yet. The application hands over more data, and your sender "
                + "forgets the segment before: if it was lost, it can't be sent again. *Stop and wait* means that `IsReady` is "
                + "false from `Send` until the right acknowledgment.");
        Add(
            Flaw.NewNumber,
            "sends again under a new number",
            "After the timeout, the segment went out with another number than the first time. If only the acknowledgment was "
                + "lost, the receiver takes it for new data and delivers it twice. A retransmission is the *same* segment, with "
                + "the same number, as with the requests earlier in this lesson.");
        Add(
            Flaw.NoWrap,
            "counts on without end",
            "Numbers have a fixed length in the header: after the last comes 0 again. Your sender counts on, with `+ 1` or "
                + "`>`, and waits for an acknowledgment that can't come. With 16 bits, this shows only after 65,536 segments, "
                + "long after all tests. Use `Numbers.After(n)`, and compare with `==`.");
        Add(
            Flaw.NeverGivesUp,
            "never gives up",
            "The segment has been sent `Options.MaxTries` times, and your sender sends it again. If the other end is gone, it "
                + "goes on for ever, and the application is never told. Count the tries, and return `[GiveUp(segment)]` when the "
                + "timer expires after the last one.");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, options => new Sender(options, flaw)));
    }

    private static IEnumerable<Script> Scripts(Random random)
    {
        var usual = Usual;
        var shortest = usual with { SequenceBits = 1, FirstNumber = 1 };
        yield return new Script(random, 3, usual);
        yield return new Script(random, 3, usual, there: "drop the 2nd");
        yield return new Script(random, 3, usual, back: "drop the 2nd");
        yield return new Script(random, 3, usual, there: "drop the 2nd to 4th", back: "drop the 3rd");
        yield return new Script(random, 3, usual, there: "duplicate the 1st and 2nd");
        yield return new Script(random, 3, usual with { Timeout = TimeSpan.FromMilliseconds(19) }, there: "drop the 3rd");
        yield return new Script(random, 4, shortest, there: "duplicate the 2nd", back: "drop the 4th");
        yield return new Script(random, 3, usual with { FirstNumber = 65_534 }, there: "drop the 2nd");
        yield return new Script(random, 2, usual with { MaxTries = 3 }, there: "drop every 1st");
        for (var i = 0; i < RandomScripts; i++)
        {
            yield return RandomScript(random);
        }
    }

    private static Script RandomScript(Random random)
    {
        int[] lengths = [1, 1, 2, 16];
        var bits = lengths[random.Next(lengths.Length)];
        var options = new TransferOptions
        {
            SequenceBits = bits,
            FirstNumber = bits < 16 ? random.Next(1 << bits) : random.Next(2) * random.Next(65_530, 65_536),
            // Now and then shorter than a round trip.
            Timeout = TimeSpan.FromMilliseconds(random.Next(4) == 0 ? 19 : 60),
            MaxTries = random.Next(2, 8),
        };
        // What overtakes its successors may arrive when its number is in use again: that is for long numbers only.
        string[] verbs = bits < 16 ? ["drop", "duplicate", "corrupt"] : ["drop", "duplicate", "corrupt", "hold back"];
        return new Script(random, random.Next(2, 6), options, Faults(random, verbs), Faults(random, verbs));
    }

    private static string Faults(Random random, string[] verbs) => string.Join(
        "; ",
        Enumerable.Range(1, 8).Where(_ => random.Next(5) == 0)
            .Select(number => InvariantText.Format($"{verbs[random.Next(verbs.Length)]} the {number}")));

    // The data of one transfer, and what the links do to it.
    private sealed class Script
    {
        public Script(Random random, int segments, TransferOptions options, string there = "", string back = "")
        {
            var (onTheWay, onTheWayBack) = (LinkScript.Of(there), LinkScript.Of(back));
            Options = options with
            {
                SegmentBytes = 44,
                Forward = options.Forward with { Script = onTheWay },
                Reverse = options.Reverse with { Script = onTheWayBack },
            };
            var data = new byte[(segments * Options.SegmentBytes) - random.Next(Options.SegmentBytes)];
            random.NextBytes(data);
            Data = data;
            var faults = (there, back) switch
            {
                ("", "") => "a link that loses nothing",
                (_, "") => $"a link with the script `{onTheWay}`",
                ("", _) => $"a link with the script `{onTheWayBack}` for acknowledgments",
                _ => $"a link with the scripts `{onTheWay}` and, for acknowledgments, `{onTheWayBack}`",
            };
            string[] unusual =
            [
                .. options.SequenceBits == 16 ? (string[])[] : [InvariantText.Format($"{options.SequenceBits}-bit numbers")],
                .. options.FirstNumber == 0 ? (string[])[] : [InvariantText.Format($"the first number {options.FirstNumber}")],
                .. options.Timeout == Usual.Timeout ? (string[])[] : [$"a timeout of {InvariantText.Of(options.Timeout)}"],
                .. options.MaxTries == Usual.MaxTries
                    ? (string[])[]
                    : [InvariantText.Format($"{options.MaxTries} tries at most")],
            ];
            Text = InvariantText.Format($"sent {segments} segments over {faults}")
                + (unusual.Length == 0 ? "" : $", with {string.Join(", ", unusual)}");
        }

        public TransferOptions Options { get; }

        public ReadOnlyMemory<byte> Data { get; }

        public string Text { get; }
    }

    // What was found to be wrong: what the sender should have done, and what it did.
    private sealed record Finding(string Expected, string Actual, Flaw Flaw = Flaw.None, string? Reason = null);

    // Stands between the learner's sender and the simulation, and looks at every call.
    private sealed class Watched(Func<ProtocolOptions, ReliableSender> create, ProtocolOptions options) : ReliableSender(options)
    {
        private readonly ReliableSender _sender =
            create(options) ?? throw new InvalidOperationException("The sender is null.");

        private readonly Dictionary<int, TimeSpan> _timers = []; // when they expire
        private Segment? _waiting;
        private int? _before;
        private int _tries;
        private TimeSpan _due;

        public Finding? Found { get; private set; }

        public Segment? GaveUp { get; private set; }

        public override bool IsReady => Found is null && _sender.IsReady;

        public override int Unacknowledged => _waiting is null ? 0 : 1;

        public override IReadOnlyList<ProtocolAction> Send(TimeSpan now, ReadOnlyMemory<byte> data)
        {
            _waiting = Segment.WithData(Next, data);
            (_tries, Next) = (1, Numbers.After(Next));
            var actions = Note(now, _sender.Send(now, data.ToArray()));
            Found ??= Sending(now, actions, "when it is given data");
            _before = _waiting.Number;
            return WithEnd(actions);
        }

        public override IReadOnlyList<ProtocolAction> Acknowledged(TimeSpan now, int number)
        {
            var isNews = _waiting is not null && number == Next;
            _waiting = isNews ? null : _waiting;
            var actions = Note(now, _sender.Acknowledged(now, number));
            var when = InvariantText.Format($"when `ack {number}` arrives at {InvariantText.Of(now)}");
            Found ??= isNews ? AfterNews(actions, when, number) : AfterOld(actions, when);
            return WithEnd(actions);
        }

        public override IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer)
        {
            _timers.Remove(timer);
            var when = InvariantText.Format($"when the timer expires at {InvariantText.Of(now)}");
            if (_waiting is null || now < _due)
            {
                return WithEnd(TimedOutInVain(now, timer, when));
            }

            var actions = Note(now, _sender.TimedOut(now, timer));
            if (_tries == Options.MaxTries)
            {
                GaveUp = _waiting;
                Found ??= actions.OfType<Transmit>().Any()
                    ? new Finding($"{when}: gives up", $"your sender sends again after the last try", Flaw.NeverGivesUp)
                    : actions.OfType<Transport.GiveUp>().Any()
                    ? null
                    : new Finding($"{when}: gives up, with `GiveUp(segment)`", "your sender does nothing");
            }
            else
            {
                _tries++;
                Found ??= actions.OfType<Transport.GiveUp>().Any()
                    ? new Finding(
                        $"{when}: sends `{_waiting}` again",
                        InvariantText.Format($"your sender gives up after {Tries(_tries - 1)} of {Options.MaxTries}"))
                    : Sending(now, actions, when);
            }

            return WithEnd(actions);
        }

        private static string Tries(int count) => InvariantText.Format($"{count} {(count == 1 ? "try" : "tries")}");

        private ProtocolAction[] TimedOutInVain(TimeSpan now, int timer, string when)
        {
            var nothing = _waiting is null
                ? "nothing waits for an acknowledgment, so no timer runs"
                : $"the timer of `{_waiting}` has not expired yet, and no other one runs";
            try
            {
                var actions = Note(now, _sender.TimedOut(now, timer));
                var did = actions.OfType<Transmit>().FirstOrDefault() is { } transmit
                    ? $"your sender sends {transmit.Segment}"
                    : actions.OfType<Transport.GiveUp>().Any() ? "your sender gives up"
                    : _waiting is null && !_sender.IsReady ? "your sender is no longer ready"
                    : null;
                Found ??= did is null ? null : new Finding($"{when}: {nothing}", did, Flaw.TimerLeftRunning);
                return actions;
            }
            catch (Exception exception) when (exception is not NotImplementedException && !Trial.IsStop(exception))
            {
                Found ??= new Finding(
                    $"{when}: {nothing}", $"TimedOut throws {Present.Line(exception)}", Flaw.TimerLeftRunning);
                return [];
            }
        }

        // What a sender does with a segment: transmit it once, start the timer, and wait.
        private Finding? Sending(TimeSpan now, IReadOnlyList<ProtocolAction> actions, string when)
        {
            var (right, again) = (_waiting!, _tries > 1 ? " again" : "");
            var expected = $"{when}: sends `{right}`{again}, and starts the timer";
            _due = now + Options.Timeout;
            if (actions.OfType<Transmit>().ToList() is not [{ Segment: { } sent } transmit])
            {
                return new Finding(expected, InvariantText.Format(
                    $"your sender transmits {actions.OfType<Transmit>().Count()} segments"));
            }

            if (sent.Number != right.Number)
            {
                return new Finding(expected, $"your sender sends {sent}", FlawOf(sent.Number), _before is null && _tries == 1
                    ? InvariantText.Format($"The first segment has the number `Options.FirstNumber`, here {right.Number}.")
                    : null);
            }

            if (sent.Kind != SegmentKind.Data || !sent.Data.Span.SequenceEqual(right.Data.Span))
            {
                return new Finding(
                    $"{expected}, with the data that `Send` was given", $"the kind of the segment or its data are different");
            }

            return transmit.Try != _tries
                ? new Finding(
                    InvariantText.Format($"{when}: `new Transmit(segment, {_tries})`, since this is try {_tries}"),
                    InvariantText.Format($"your sender says that it is try {transmit.Try}"))
                : Timer(when) ?? (!_sender.IsReady ? null
                    : new Finding($"{when}: waits, so `IsReady` is false", "IsReady is true", Flaw.DoesNotWait));
        }

        private Flaw FlawOf(int number) =>
            number >= Numbers.Count ? Flaw.NoWrap
            : _tries > 1 ? Flaw.NewNumber
            : number == _before ? Flaw.NumberStays
            : Flaw.None;

        private Finding? Timer(string when) =>
            _timers.ContainsValue(_due) ? null
            : _timers.Count == 0 ? new Finding($"{when}: a timer runs while `{_waiting}` waits", "no timer runs", Flaw.NoTimer)
            : new Finding(
                InvariantText.Format($"{when}: the timer of `{_waiting}` expires at {InvariantText.Of(_due)}, ")
                    + "`Options.Timeout` after its last transmission, whatever else arrives",
                $"it expires at {InvariantText.Of(_timers.Values.Max())}");

        private Finding? AfterNews(IReadOnlyList<ProtocolAction> actions, string when, int number)
        {
            var expected = $"{when}: stops the timer, and is ready for more data";
            if (actions.FirstOrDefault(action => action is Transmit or Transport.GiveUp) is { } action)
            {
                return new Finding(expected, $"your sender {(action is Transmit ? "sends a segment" : "gives up")}");
            }

            return _sender.IsReady ? null : new Finding(
                expected,
                $"your sender goes on waiting",
                TakesOwnNumber() ? Flaw.OwnNumber : number == 0 ? Flaw.NoWrap : Flaw.None,
                InvariantText.Format($"`data {_before}` is acknowledged by `ack {number}`, and `IsReady` is still false."));
        }

        private Finding? AfterOld(IReadOnlyList<ProtocolAction> actions, string when)
        {
            var expected = _waiting is null
                ? $"{when}: does nothing, since it waits for no acknowledgment"
                : InvariantText.Format($"{when}: goes on waiting for `ack {Next}`, as if nothing had arrived");
            return actions.OfType<Transmit>().FirstOrDefault() is { } transmit
                ? new Finding(expected, $"your sender sends {transmit.Segment}", Flaw.SendsOnEveryAck)
                : actions.OfType<Transport.GiveUp>().Any() ? new Finding(expected, "your sender gives up")
                : _waiting is null ? (_sender.IsReady ? null : new Finding(expected, "your sender is no longer ready"))
                : _sender.IsReady ? new Finding(expected, "your sender is ready for more data", Flaw.DuplicateMovesOn)
                : Timer(when);
        }

        // Whether a new sender of the learner's takes an acknowledgment with the number of its own segment.
        private bool TakesOwnNumber()
        {
            try
            {
                var sender = create(new ProtocolOptions { FirstNumber = 5 });
                sender.Send(TimeSpan.Zero, new byte[1]);
                sender.Acknowledged(TimeSpan.FromMilliseconds(20), 5);
                return sender.IsReady;
            }
            catch (Exception exception) when (!Trial.IsStop(exception))
            {
                return false;
            }
        }

        // Takes a copy of the actions, and remembers which timers run.
        private ProtocolAction[] Note(TimeSpan now, IReadOnlyList<ProtocolAction>? returned)
        {
            ProtocolAction[] actions =
                [.. returned ?? throw new InvalidOperationException("Your method returned null. To do nothing, return [].")];
            foreach (var action in actions)
            {
                switch (action)
                {
                    case StartTimer start:
                        _timers[start.Timer] = now + start.Length;
                        break;
                    case StopTimer stop:
                        _timers.Remove(stop.Timer);
                        break;
                    case Transmit { Segment: not null } or Transport.GiveUp:
                        break;
                    default:
                        throw new InvalidOperationException(
                            "A sender can transmit a segment, start or stop a timer, and give up, but not "
                                + $"{action?.ToString() ?? "null"}.");
                }
            }

            return actions;
        }

        // The transfer ends where the first mistake was found.
        private IReadOnlyList<ProtocolAction> WithEnd(IReadOnlyList<ProtocolAction> actions) => Found is null
            ? actions
            :
            [
                .. actions.Where(action => action is not Transport.GiveUp),
                new Transport.GiveUp(Found.Actual) { Note = "the check stops here" },
            ];
    }

    // A sender that can be given one flaw.
    private sealed class Sender(ProtocolOptions options, Flaw flaw) : ReliableSender(options)
    {
        private Segment? _segment;
        private bool _isWaiting;
        private int _tries;

        public override bool IsReady => !_isWaiting || flaw == Flaw.DoesNotWait;

        public override IReadOnlyList<ProtocolAction> Send(TimeSpan now, ReadOnlyMemory<byte> data)
        {
            (_segment, _isWaiting, _tries) = (Segment.WithData(Next, data), true, 1);
            return [new Transmit(_segment, 1), new StartTimer(0, Options.Timeout)];
        }

        public override IReadOnlyList<ProtocolAction> Acknowledged(TimeSpan now, int number)
        {
            var after = flaw == Flaw.NoWrap ? Next + 1 : Numbers.After(Next);
            var isMine = flaw switch
            {
                Flaw.DuplicateMovesOn => true,
                Flaw.OwnNumber => number == Next,
                _ => number == after,
            };
            if (!_isWaiting || !isMine)
            {
                return _isWaiting && flaw == Flaw.SendsOnEveryAck ? TimedOut(now, 0) : [];
            }

            (_isWaiting, Next) = (false, flaw == Flaw.NumberStays ? Next : after);
            return flaw == Flaw.TimerLeftRunning ? [] : [new StopTimer(0)];
        }

        public override IReadOnlyList<ProtocolAction> TimedOut(TimeSpan now, int timer)
        {
            if (_tries++ == Options.MaxTries && flaw != Flaw.NeverGivesUp)
            {
                return [GiveUp(_segment!)];
            }

            var again = flaw == Flaw.NewNumber ? _segment! with { Number = Numbers.After(_segment.Number) } : _segment!;
            return flaw == Flaw.NoTimer
                ? [new Transmit(again, _tries)]
                : [new Transmit(again, _tries), new StartTimer(0, Options.Timeout)];
        }
    }
}
