using NetworkingCourse.Checking;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.3: a receiver that keeps early segments.</summary>
    public static KeepEarlyExercise KeepEarly { get; } = new();
}

/// <summary>
/// The learner writes the receiver of selective repeat. It gets the segments that the course's own got in hundreds of transfers
/// with scripted faults, and must acknowledge and deliver the same.
/// </summary>
public sealed class KeepEarlyExercise : ScriptExercise<Func<ProtocolOptions, ReliableReceiver>>
{
    private const int RandomScripts = 300;

    internal KeepEarlyExercise()
        : base(new ExerciseText(
            "2-transport/3-sliding-windows-and-timeouts.ipynb", "2.3", 2, nameof(Exercises.KeepEarly),
            "A receiver that keeps early segments",
            "Write a `ReliableReceiver` for selective repeat. `Received(segment)` is called for each segment that arrives "
                + "intact. Acknowledge it once with its own number, `new Transmit(Segment.Acknowledging(segment.Number), 1)`, "
                + "even if you have it already. The window of the receiver is `Expected` and the `Options.Window - 1` numbers "
                + "after it. A segment in the window is new unless it is kept: deliver it with `new Deliver(segment.Data)` if "
                + "its turn has come, and then those kept behind it; otherwise keep it. A segment outside the window is old: "
                + "acknowledge it, and do nothing else.",
            [
                "A `Dictionary<int, ReadOnlyMemory<byte>>` holds what is kept, by number. Is a number in the window? "
                    + "`Numbers.Distance(Expected, segment.Number)` counts upwards and around, from 0; compare it with "
                    + "`Options.Window`.",
                "Make a list of actions that begins with the acknowledgment. If the segment is in the window, store its data in "
                    + "the dictionary. Then, while `_kept.Remove(Expected, out var data)` is true, add `new Deliver(data)`, and "
                    + "set `Expected = Numbers.After(Expected)`.",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        SilentIfEarly,
        Cumulative,
        SilentIfOld,
        SilentIfKept,
        ForgetsEarly,
        AtOnce,
        OneKept,
        OldIsKept,
        OnePlaceTooMany,
        NoDistance,
        NoWrap,
        NeverForgets,
        AcknowledgesAgain,
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Func<ProtocolOptions, ReliableReceiver> Reference => options => new SelectiveRepeatReceiver(options);

    internal override IReadOnlyList<Mistake<Func<ProtocolOptions, ReliableReceiver>>> Mistakes { get; } = All();

    private protected override IEnumerable<Script<Func<ProtocolOptions, ReliableReceiver>>> Scripts(Random random)
    {
        var usual = new TransferOptions { Window = 4, Timeout = TimeSpan.FromMilliseconds(40), SegmentBytes = 4 };
        var few = usual with { SequenceBits = 3, FirstNumber = 5 };
        yield return Of(usual, 6, there: "drop the 2nd");
        yield return Of(usual, 6, there: "drop the 2nd and 3rd", back: "drop the 2nd and 4th");
        yield return Of(usual, 5, there: "hold back the 1st", back: "drop the 1st");
        yield return Of(few, 12, back: "drop the 1st to 4th");
        yield return Of(few, 20, there: "drop the 3rd and 9th", back: "drop the 8th");
        for (var i = 0; i < RandomScripts; i++)
        {
            var bits = (int[])[2, 3, 3, 4, 16];
            var numbers = new SequenceNumbers(bits[random.Next(bits.Length)]);
            var options = usual with
            {
                SequenceBits = numbers.Bits,
                FirstNumber = random.Next(3) == 0 ? 0 : numbers.Count - random.Next(1, 4),
                Window = random.Next(2, Math.Min(6, (numbers.Count / 2) + 1)),
                // Now and then shorter than a round trip, so that segments are sent again that were not lost.
                Timeout = TimeSpan.FromMilliseconds(random.Next(3) == 0 ? 19 : 45),
            };
            yield return Of(options, random.Next(4, 14), Faults(random), Faults(random));
        }
    }

    private static string Faults(Random random) =>
        FaultyTransfer.Faults(random, oneEmptyOf: 4, ["drop", "drop", "duplicate", "corrupt"]);

    // The course's receiver takes part in a transfer. The segments that it gets, the learner's receiver will get.
    private static Script<Func<ProtocolOptions, ReliableReceiver>> Of(
        TransferOptions options, int segments, string there = "", string back = "")
    {
        options = FaultyTransfer.With(options, there, back);
        Recorder? recorder = null;
        ReliableProtocol.SelectiveRepeat.WithReceiver(given => recorder = new Recorder(given)).Send(segments, options);
        var events = recorder!.Events;
        return new(
            FaultyTransfer.Describe(options, there, back),
            events.Count,
            i => $"`{events[i]}` arrived",
            answer => answer(options) is { } receiver ? i => Respond(receiver, events[i]) : null)
        {
            Picture = () => ReliableProtocol.SelectiveRepeat.Send(segments, options).Ladder() with
            {
                Caption = "The whole transfer, with a receiver that does what is expected.",
            },
        };
    }

    // What is noted in a diagram, with Keep and Discard, is the receiver's own business.
    private static Said Respond(ReliableReceiver receiver, Segment segment)
    {
        if (receiver.Received(segment with { Data = segment.Data.ToArray() }) is not { } returned)
        {
            return new Said("null; to do nothing, return `[]`");
        }

        ProtocolAction?[] actions = [.. returned];
        if (actions.FirstOrDefault(one => one is not (Transmit or Deliver or Keep or Discard)) is { } other)
        {
            return new Said($"`{other}`; a receiver transmits acknowledgments, and delivers, keeps or discards data");
        }

        if (actions.Any(one => one is null or Transmit { Segment: null }))
        {
            return new Said("an action is null");
        }

        string[] sent = [.. actions.OfType<Transmit>().Select(one => one.Segment.ToString())];
        string[] delivered = [.. actions.OfType<Deliver>().Select(one => Present.Quoted(TextOf(one.Data)))];
        return new Said(
            $"sends {(sent.Length == 0 ? "nothing" : string.Join(", ", sent))}; "
            + $"delivers {(delivered.Length == 0 ? "nothing" : string.Join(", ", delivered))}");
    }

    private static string TextOf(ReadOnlyMemory<byte> data) => System.Text.Encoding.Latin1.GetString(data.Span);

    private static List<Mistake<Func<ProtocolOptions, ReliableReceiver>>> All()
    {
        List<Mistake<Func<ProtocolOptions, ReliableReceiver>>> all = [];
        Add(
            Flaw.SilentIfEarly,
            "acknowledges a segment only when it is delivered",
            "A segment came early, and your receiver kept it without an acknowledgment. The sender hears nothing of it, its "
                + "timer expires, and it sends again what you already have: selective repeat becomes Go-Back-N with a timer for "
                + "each segment. Acknowledge each segment when it arrives.");
        Add(
            Flaw.Cumulative,
            "acknowledges with the number that it expects next",
            "Your receiver sends the number of the segment that it expects next, as in Go-Back-N. In selective repeat an "
                + "acknowledgment has the number of the segment that has *arrived*. The sender takes yours for the "
                + "acknowledgment of another segment, one that may be lost, and never sends that one again.");
        Add(
            Flaw.SilentIfOld,
            "does not acknowledge an old segment again",
            "A segment that your receiver had delivered came again, and it sent nothing. The sender repeats a segment only "
                + "because the acknowledgment has not reached it. Without a new one it repeats the segment until it gives up, "
                + "and its window never moves on. Acknowledge whatever arrives.");
        Add(
            Flaw.SilentIfKept,
            "does not acknowledge a kept segment again",
            "A segment that your receiver keeps came again, and it sent nothing. Its first acknowledgment was lost: that is why "
                + "the sender repeats it. It will do so with every timeout, until the segment is delivered and your receiver "
                + "answers again. Acknowledge whatever arrives.");
        Add(
            Flaw.ForgetsEarly,
            "acknowledges an early segment without keeping it",
            "Your receiver acknowledged an early segment, but it did not deliver it when its turn had come: it was gone. With "
                + "its acknowledgment the sender has forgotten it too, so the data are lost, and the receiver waits for them for "
                + "ever. What is acknowledged has to be kept.");
        Add(
            Flaw.AtOnce,
            "delivers an early segment at once",
            "A segment came early, and your receiver delivered it at once. The application gets the bytes in the order of their "
                + "arrival, which is not the order in which they were sent: a file that is received like this is damaged. Keep "
                + "the segment until all before it are delivered.");
        Add(
            Flaw.OneKept,
            "delivers only one kept segment",
            "The missing segment has arrived, and your receiver delivered it and one of those that it keeps. There are more. The "
                + "sender will not send them again, since they are acknowledged. Go on for as long as the next number is kept.");
        Add(
            Flaw.OldIsKept,
            "keeps an old segment as if it were new",
            "A segment came again that was delivered long ago, and your receiver kept it. When its number is in use again, the "
                + "old data are delivered in place of the new ones. The distance from `Expected` says whether a segment is new: "
                + "it has to be less than `Options.Window`.");
        Add(
            Flaw.OnePlaceTooMany,
            "has a window that is one too large",
            "Your receiver took a segment for new that lies exactly `Options.Window` places after `Expected`. The window is "
                + "`Expected` and the `Options.Window - 1` numbers after it: the distance is *less than* the window, `<` and not "
                + "`<=`. With as few numbers as two windows need, the one behind it belongs to the oldest segment that the "
                + "sender may still repeat.");
        Add(
            Flaw.NoDistance,
            "compares numbers with `<`",
            "Your receiver takes a segment for old because its number is less than `Expected`. After the last number, numbering "
                + "begins again at 0, so 0 may come *after* 7. The receiver throws new segments away and acknowledges them: "
                + "they are lost. Count the distance upwards and around instead: "
                + "`Numbers.Distance(Expected, segment.Number)`.");
        Add(
            Flaw.NoWrap,
            "counts on after the last number",
            "Your receiver adds 1 to `Expected` after the last number too, and then waits for a number that does not exist: with "
                + "3 bits, the number after 7 is 0. Everything that comes is taken for something else. Use "
                + "`Numbers.After(Expected)`.");
        Add(
            Flaw.NeverForgets,
            "remembers a number after its segment was delivered",
            "Your receiver delivered a segment and left it among those that it keeps. When its number is in use again, the new "
                + "segment looks like a duplicate of the old one: it is not kept, and the old data are delivered once more. Take "
                + "a segment out when you deliver it.");
        Add(
            Flaw.AcknowledgesAgain,
            "sends an acknowledgment for each segment that it delivers",
            "One segment arrived, and your receiver sent an acknowledgment for it and for each one that it could then deliver. "
                + "Those were acknowledged when they came. The sender ignores the second ones, but each is a packet on the link "
                + "back. One segment in, one acknowledgment out.");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, options => new Receiver(options, flaw)));
    }

    // The course's receiver, with a record of what it gets.
    private sealed class Recorder(ProtocolOptions options) : ReliableReceiver(options)
    {
        private readonly SelectiveRepeatReceiver _receiver = new(options);

        public List<Segment> Events { get; } = [];

        public override IReadOnlyList<ProtocolAction> Received(Segment segment)
        {
            Events.Add(segment);
            return _receiver.Received(segment);
        }
    }

    // A receiver that can be given one flaw.
    private sealed class Receiver(ProtocolOptions options, Flaw flaw) : ReliableReceiver(options)
    {
        private readonly Dictionary<int, ReadOnlyMemory<byte>> _kept = [];

        public override IReadOnlyList<ProtocolAction> Received(Segment segment)
        {
            var (isNew, isKept, turn) = (IsNew(segment.Number), _kept.ContainsKey(segment.Number), Expected);
            List<ProtocolAction> actions = [];
            if (isNew && flaw == Flaw.AtOnce)
            {
                actions.Add(new Deliver(segment.Data));
            }

            if (isNew && !isKept && (flaw != Flaw.ForgetsEarly || segment.Number == Expected))
            {
                _kept[segment.Number] = segment.Data;
            }

            var left = flaw == Flaw.OneKept ? 2 : int.MaxValue;
            for (; left > 0 && _kept.TryGetValue(Expected, out var data); left--)
            {
                if (flaw != Flaw.NeverForgets)
                {
                    _kept.Remove(Expected);
                }

                if (flaw != Flaw.AtOnce)
                {
                    actions.Add(new Deliver(data));
                }

                if (flaw == Flaw.AcknowledgesAgain && Expected != segment.Number)
                {
                    actions.Add(Acknowledge(Expected));
                }

                Expected = flaw == Flaw.NoWrap ? Expected + 1 : Numbers.After(Expected);
                if (flaw == Flaw.NeverForgets && Expected == turn)
                {
                    break;
                }
            }

            var isSilent = (flaw == Flaw.SilentIfEarly && isNew && Expected == turn)
                || (flaw == Flaw.SilentIfOld && !isNew)
                || (flaw == Flaw.SilentIfKept && isKept);
            if (!isSilent)
            {
                actions.Add(Acknowledge(flaw == Flaw.Cumulative ? Expected : segment.Number));
            }

            return actions;
        }

        private static Transmit Acknowledge(int number) => new(Segment.Acknowledging(number), 1);

        private bool IsNew(int number) => flaw switch
        {
            Flaw.OldIsKept => true,
            Flaw.NoDistance => number >= Expected && number < Expected + Options.Window,
            Flaw.OnePlaceTooMany => Numbers.Distance(Expected, number) <= Options.Window,
            _ => Numbers.Distance(Expected, number) < Options.Window,
        };
    }
}
