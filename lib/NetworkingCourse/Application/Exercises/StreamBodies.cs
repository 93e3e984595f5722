using NetworkingCourse.Application;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.9: put the bodies of several streams together.</summary>
    public static StreamBodiesExercise StreamBodies { get; } = new();
}

/// <summary>The learner puts the bodies of several streams together from the frames of one connection.</summary>
public sealed class StreamBodiesExercise : CaseExercise<StreamBodiesExercise.Answer, StreamBodiesExercise.Asked>
{
    private const int RandomCases = 60;

    internal StreamBodiesExercise()
        : base(new ExerciseText(
            "1-application/9-many-questions-in-one-connection.ipynb", "1.9", 2, nameof(Exercises.StreamBodies),
            "Several bodies from one connection",
            "`frames` are the frames that a server has sent so far on one connection, in order. Return the bodies of the "
                + "streams that have ended, by their numbers. A body is made of the payloads of the `Data` frames of its "
                + "stream, one after the other; none comes after the end. If such a frame has the flag `Http2Frame.Padded` "
                + "(0x8), its payload begins with one octet, the number of octets of padding at its end; neither of the two "
                + "belongs to the body. A stream has ended with the first `Data` or `Headers` frame that has the flag "
                + "`Http2Frame.EndStream` (0x1); its body may be empty. Frames of other types do not matter. A frame may have "
                + "several flags.",
            [
                "Keep a body for each stream in a dictionary, and the numbers of those that have ended in a set. Which frames "
                    + "change which of the two?",
                "For a `Data` frame, `frame.Payload` is the piece, or with padding `frame.Payload[1..^frame.Payload[0]]`. Test "
                    + "a flag with `(frame.Flags & Http2Frame.EndStream) != 0`, for `Data` and for `Headers`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="frames">The frames of a server, in the order in which they came.</param>
    /// <returns>The bodies of the streams that have ended, by the number of the stream.</returns>
    public delegate IReadOnlyDictionary<int, byte[]> Answer(IReadOnlyList<Http2Frame> frames);

    private enum Flaw
    {
        None,
        Mixes,
        IgnoresTheEnd,
        KeepsPadding,
        KeepsThePadLength,
        KeepsThePadEnd,
        KeepsOneOctetOfPadding,
        OnlyDataEnds,
        TakesAllPayloads,
        ComparesFlags,
        Replaces,
        EndsByAnyFrame,
        LeavesOutTheEmpty,
        TakesAResetForAnEnd,
        MakesText,
    }

    internal override Answer Reference => With(Flaw.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "mixes the streams",
            "Your method appends the payload of each frame to the same body, whatever its stream is. The frames of several "
                + "streams come between one another, and only their number tells them apart.",
            With(Flaw.Mixes)),
        new(
            "returns bodies that have not ended",
            "Your method returns the body of a stream whose last frame has not come. The caller takes half a page for a whole "
                + "one: the end is where the flag `EndStream` is.",
            With(Flaw.IgnoresTheEnd)),
        new(
            "takes padding for a part of the body",
            "Your method does not look at the flag `Padded`. The first octet of such a payload and as many octets at its end "
                + "as this one says are padding, which hides the true length from an eavesdropper.",
            With(Flaw.KeepsPadding)),
        new(
            "keeps the length of the padding",
            "Your method cuts the padding off at the end, but leaves the octet at the beginning that says how long the padding "
                + "is.",
            With(Flaw.KeepsThePadLength)),
        new(
            "keeps the padding at the end",
            "Your method takes off the octet at the beginning, but not the padding itself. That octet says how many octets of it "
                + "stand at the end.",
            With(Flaw.KeepsThePadEnd)),
        new(
            "keeps one octet of the padding",
            "Your method takes off the octet at the beginning, but then keeps one octet too many at the end. It subtracts only "
                + "the padding from the length of the payload. The octet that says how long the padding is counts too: the body "
                + "has `frame.Payload.Length - 1 - frame.Payload[0]` octets.",
            With(Flaw.KeepsOneOctetOfPadding)),
        new(
            "sees an end only in a DATA frame",
            "Your method looks for `EndStream` in `Data` frames only. A response without a body ends with its `Headers`, and "
                + "so does one with trailers.",
            With(Flaw.OnlyDataEnds)),
        new(
            "takes the payload of every frame",
            "Your method appends the payloads of frames that are not `Data`: header sections, settings and window updates.",
            With(Flaw.TakesAllPayloads)),
        new(
            "compares the flags with one value",
            "Your method compares the whole octet with a flag, as in `frame.Flags == 1`. Several flags may be set at once: 0x9 "
                + "is `EndStream` and `Padded`. Test the single bit with `&`.",
            With(Flaw.ComparesFlags)),
        new(
            "keeps only the last piece",
            "Your method replaces the body with each frame. A body comes in as many frames as the server likes: append.",
            With(Flaw.Replaces)),
        new(
            "takes the same bit of other frames for an end",
            "Your method looks for the bit 0x1 in frames of every type. The meaning of a flag depends on the type: in "
                + "`Settings` and `Ping`, this bit is `Ack`.",
            With(Flaw.EndsByAnyFrame)),
        new(
            "leaves out empty bodies",
            "A stream that has ended with an empty body is missing. A response such as a `304` has no body, but it is complete: "
                + "return an array of no bytes for it.",
            With(Flaw.LeavesOutTheEmpty)),
        new(
            "takes a reset for an end",
            "Your method returns the body of a stream that was reset. `ResetStream` breaks a stream off: what has come of its "
                + "body is only a part.",
            With(Flaw.TakesAResetForAnEnd)),
        new(
            "makes text of the pieces",
            "Your method decodes the payload of each frame as UTF-8, and joins the texts. A frame may end in the middle of a "
                + "character, and a body may be a picture: bytes that are no text become U+FFFD, and are lost. Join the bytes "
                + "as they are.",
            With(Flaw.MakesText)),
    ];

    private protected override IEnumerable<Asked> Cases(Random random)
    {
        static Http2Frame Data(int stream, string text, int flags = 0, int padding = 0) => new(
            Http2FrameType.Data, (byte)flags, stream, (flags & Http2Frame.Padded) == 0
                ? [.. Bytes(text)] : [(byte)padding, .. Bytes(text), .. new byte[padding]]);
        static Http2Frame Head(int stream, int flags = Http2Frame.EndHeaders) =>
            new(Http2FrameType.Headers, (byte)flags, stream, [0x88]);
        var settings = new Http2Frame(Http2FrameType.Settings, Http2Frame.Ack, 0, []);
        yield return new([Head(1), Data(1, "tea", 1)]);
        yield return new([Head(1), Data(1, "te"), Data(1, "a", 1)]);
        yield return new([Head(1), Head(3), Data(1, "te"), Data(3, "cof"), Data(1, "a", 1), Data(3, "fee", 1)]);
        yield return new([Head(1), Data(1, "te")]);
        yield return new([Head(1), Data(1, "tea", 9, 3)]);
        yield return new([Head(1), Data(1, "te", 8, 0), Data(1, "a", 1)]);
        yield return new([Head(1, 5)]);
        yield return new([Head(1), Data(1, "tea"), Head(1, 5)]);
        yield return new([settings, Head(1), Data(1, "tea", 1)]);
        yield return new([Head(1), Data(1, "te"), new(Http2FrameType.WindowUpdate, 0, 1, [0, 0, 0, 9]), Data(1, "a", 1)]);
        yield return new([Head(1), Data(1, "tea"), new(Http2FrameType.WindowUpdate, 1, 1, [0, 0, 0, 9])]);
        yield return new([Head(1), Data(1, "tea"), Data(1, "", 1)]);
        yield return new([Head(1), Data(1, "te"), new(Http2FrameType.ResetStream, 0, 1, [0, 0, 0, 8])]);
        yield return new([Head(2), Data(2, "tea", 1), Head(4, 5)]);
        yield return new([Head(1), new(Http2FrameType.Data, 1, 1, [0x63, 0x61, 0x66, 0xc3, 0xa9])]);
        yield return new([Head(1), new(Http2FrameType.Data, 9, 1, [2, 0x61, 0, 7, 7])]);
        yield return new([Head(1), new(Http2FrameType.Data, 0, 1, [0x63, 0xc3]), new(Http2FrameType.Data, 1, 1, [0xa9, 0xff])]);
        yield return new([Head(1), Data(1, "tea", 0x4d, 3)]);
        yield return new([Head(1), Data(1, "", 1)]);
        yield return new([Head(1), Data(1, "", 9, 2)]);

        // The cases above test empty pieces and empty padding. In the random cases, both have at least one octet: otherwise two
        // ways to write the same mistake would differ in most of them, and only one would be recognised.
        for (var i = 0; i < RandomCases; i++)
        {
            var frames = new List<Http2Frame> { settings };
            var open = new List<int> { 1, 3, 5 };
            open.ForEach(stream => frames.Add(Head(stream)));
            for (var step = 0; step < 12 && open.Count > 0; step++)
            {
                var stream = open[random.Next(open.Count)];
                var ends = random.Next(4) == 0;
                if (random.Next(6) == 0)
                {
                    frames.Add(ends ? Head(stream, 5) : new(Http2FrameType.WindowUpdate, 0, stream, [0, 0, 0, 1]));
                }
                else
                {
                    var isPadded = random.Next(3) == 0;
                    frames.Add(Data(
                        stream,
                        random.GetString("abcdef", random.Next(1, 4)),
                        (ends ? Http2Frame.EndStream : 0) | (isPadded ? Http2Frame.Padded : 0),
                        random.Next(1, 4)));
                }

                if (ends)
                {
                    open.Remove(stream);
                }
            }

            yield return new(frames);
        }
    }

    private protected override object? Apply(Answer answer, Asked arguments)
    {
        Http2Frame[] given = [.. arguments.Frames.Select(frame => frame with { Payload = [.. frame.Payload] })];
        var bodies = answer(given);
        return given.Zip(arguments.Frames).Any(pair => !pair.First.Payload.AsSpan().SequenceEqual(pair.Second.Payload))
            ? "changed payloads: they belong to the caller"
            : bodies is { Count: > 0 }
            ? string.Join(", ", bodies.OrderBy(body => body.Key).Select(body =>
                InvariantText.Format($"{body.Key}: {(body.Value is null ? "null" : $"'{Octets.Quoted(body.Value, 60)}'")}")))
            : bodies is null ? null : "no body";
    }

    private protected override string Describe(Asked arguments) => "given " + string.Join("; ", arguments.Frames.Select(frame =>
        $"{frame.Type} {InvariantText.Format($"{frame.Stream}, flags {frame.Flags}")}"
        + (frame.Type == Http2FrameType.Data ? $", `{Octets.Quoted(frame.Payload, 20)}`" : "")));

    private static byte[] Bytes(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    private static Answer With(Flaw flaw) => frames =>
    {
        var bodies = new Dictionary<int, List<byte>>();
        var ended = new HashSet<int>();
        foreach (var frame in frames)
        {
            var isData = frame.Type == Http2FrameType.Data;
            var body = flaw == Flaw.Mixes ? 1 : frame.Stream;
            var kept = bodies.TryGetValue(body, out var known) ? known : bodies[body] = [];
            if (flaw == Flaw.Replaces && isData)
            {
                kept.Clear();
            }

            if (isData || flaw == Flaw.TakesAllPayloads)
            {
                var isPadded = isData && flaw != Flaw.KeepsPadding
                    && (flaw == Flaw.ComparesFlags ? frame.Flags == Http2Frame.Padded : (frame.Flags & Http2Frame.Padded) != 0);
                var piece = isPadded ? WithoutPadding(frame.Payload, flaw) : frame.Payload;
                kept.AddRange(flaw == Flaw.MakesText
                    ? System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(piece)) : piece);
            }

            if (flaw == Flaw.TakesAResetForAnEnd && frame.Type == Http2FrameType.ResetStream)
            {
                ended.Add(frame.Stream);
            }

            var mayEnd = isData || (flaw != Flaw.OnlyDataEnds && frame.Type == Http2FrameType.Headers)
                || (flaw == Flaw.EndsByAnyFrame && frame.Stream != 0);
            var hasEnd = flaw == Flaw.ComparesFlags
                ? frame.Flags == Http2Frame.EndStream
                : (frame.Flags & Http2Frame.EndStream) != 0;
            if ((mayEnd && hasEnd) || (flaw == Flaw.IgnoresTheEnd && isData))
            {
                ended.Add(frame.Stream);
            }
        }

        if (flaw == Flaw.LeavesOutTheEmpty)
        {
            ended.RemoveWhere(stream => !frames.Any(frame => frame.Stream == stream && frame.Type == Http2FrameType.Data));
        }

        return ended.ToDictionary(stream => stream, stream => bodies[flaw == Flaw.Mixes ? 1 : stream].ToArray());
    };

    private static byte[] WithoutPadding(byte[] payload, Flaw flaw) => flaw switch
    {
        Flaw.KeepsThePadLength => payload[..^payload[0]],
        Flaw.KeepsThePadEnd => payload[1..],
        Flaw.KeepsOneOctetOfPadding => [.. payload.Skip(1).Take(payload.Length - payload[0])],
        _ => payload[1..^payload[0]],
    };

    /// <summary>The argument of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Frames">The frames, in order.</param>
    public sealed record Asked(IReadOnlyList<Http2Frame> Frames);
}
