using System.Text;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.3: put a byte stream together again.</summary>
    public static ReassembleExercise Reassemble { get; } = new();
}

/// <summary>
/// The receiving end of a byte stream: pieces arrive in any order, and overlap. The learner derives a class from this one.
/// </summary>
public abstract class OwnReassembler
{
    /// <summary>Whether the whole stream has been delivered, and its end is known.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Takes a piece of the stream.</summary>
    /// <param name="first">The place in the stream of the first byte, from 0.</param>
    /// <param name="bytes">The bytes; may be empty.</param>
    /// <param name="isLast">Whether the stream ends after these bytes.</param>
    /// <returns>The bytes that can be delivered now, in order; empty if there are none.</returns>
    public abstract byte[] Insert(int first, byte[] bytes, bool isLast);
}

/// <summary>The learner puts a stream together from pieces that are late, doubled and overlapping, with limited memory.</summary>
public sealed class ReassembleExercise : ScriptExercise<Func<int, OwnReassembler>>
{
    private const int RandomScripts = 60;

    internal ReassembleExercise()
        : base(new ExerciseText(
            "2-transport/3-sliding-windows-and-timeouts.ipynb", "2.3", 3, nameof(Exercises.Reassemble),
            "A stream with holes and overlaps",
            "Write an `OwnReassembler`, the receiving end of a byte stream such as TCP's. `Insert(first, bytes, isLast)` brings "
                + "the bytes from place `first` on, in any order, some of them twice or overlapping. Return the bytes that can "
                + "be delivered now: in order, each once, as early as possible. Keep early bytes, but only those less than "
                + "`capacity` places ahead of the next byte to deliver: of a piece, keep the part that fits, and ignore the "
                + "rest. `isLast` says that the stream ends after these bytes; a piece may be empty. `IsComplete` is true as "
                + "soon as everything up to the end is delivered.",
            [
                "Think in bytes, not in pieces: which places are known? A `SortedDictionary<int, byte>`, or an array of "
                    + "`capacity` bytes with a flag for each, makes overlaps disappear by itself. Where is the end of the "
                    + "stream? That is a place too, and worth a field.",
                "Store each byte at `first + i` if that is at least `_next` and less than `_next + capacity`. Then, while the "
                    + "byte at `_next` is known, take it out, deliver it, and count `_next` up. If `isLast`, the end is "
                    + "`first + bytes.Length`; the stream is complete when `_next` is the end.",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        OverlapDoubled,
        KeepsNothing,
        OneKeptPiece,
        ShorterReplaces,
        OnlyExactFit,
        EndLost,
        EndTooEarly,
        EmptyIgnored,
        NoLimit,
        AllOrNothing,
        ZeroIsHole,
        OldBeginning,
        OnePlaceTooMany,
        CompleteIfNothingIsKept,
    }

    /// <inheritdoc/>
    public override int Minutes => 20;

    internal override Func<int, OwnReassembler> Reference => capacity => new Pieces(capacity, Flaw.None);

    internal override IReadOnlyList<Mistake<Func<int, OwnReassembler>>> Mistakes { get; } = All();

    private protected override IEnumerable<Script<Func<int, OwnReassembler>>> Scripts(Random random)
    {
        const string Text = "the quick brown fox jumps";
        yield return Of(Text, 10, (0, 4), (4, 3), (10, 3), (7, 3), (13, 6), (19, 6));
        yield return Of(Text, 10, (0, 6), (4, 5), (4, 5), (0, 3), (9, 10), (17, 8));
        yield return Of("a stream", 20, (2, 2), (4, 2), (6, 2), (0, 2));
        yield return Of("a stream", 20, (6, 2), (2, 4), (0, 3));
        yield return Of("a stream", 20, (2, 5), (2, 2), (0, 2), (7, 1));
        yield return Of("a stream", 20, (1, 4), (3, 4), (0, 2), (5, 3));
        yield return Of("a stream", 4, (3, 3), (0, 3), (4, 4));
        yield return Of("a stream", 4, (4, 2), (6, 2), (0, 4), (4, 4));
        yield return Of("a\0b stream", 20, (2, 2), (0, 2), (4, 6));
        yield return OfPieces(
            "a stream", 20, [new Piece(0, 5, false), new Piece(5, 3, false), new Piece(8, 0, true), new Piece(3, 3, false)]);
        yield return OfPieces("", 20, [new Piece(0, 0, true)]);
        for (var i = 0; i < RandomScripts; i++)
        {
            var text = random.GetString("abcdefghijklmnopqrstuvwxyz\u0000\u00ff", random.Next(5, 40));
            yield return OfPieces(text, random.Next(4, 16), [.. RandomPieces(random, text.Length)]);
        }
    }

    // Each part of the stream is sent until it has arrived, as a sender would.
    private static IEnumerable<Piece> RandomPieces(Random random, int length)
    {
        for (var next = 0; next < length; next += random.Next(1, 4))
        {
            for (var count = random.Next(4); count > 0; count--)
            {
                yield return At(Math.Clamp(next + random.Next(-6, 14), 0, length - 1), random.Next(0, 9));
            }

            yield return At(next, 4);
        }

        Piece At(int first, int count) =>
            new(first, Math.Min(count, length - first), count > 0 && first + count >= length);
    }

    private static Script<Func<int, OwnReassembler>> Of(string text, int capacity, params (int First, int Count)[] pieces) =>
        OfPieces(text, capacity, [.. pieces.Select(p => new Piece(p.First, p.Count, text.Length == p.First + p.Count))]);

    private static Script<Func<int, OwnReassembler>> OfPieces(string text, int capacity, Piece[] pieces)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        pieces = [.. WithoutDoubt(pieces, capacity, bytes)];
        return new(
            InvariantText.Format($"a stream of {text.Length} bytes, capacity {capacity}"),
            pieces.Length,
            i => pieces[i].TextOf(text),
            answer =>
            {
                var reassembler = answer(capacity);
                return reassembler is null ? null : i => Respond(reassembler, pieces[i], bytes);
            });
    }

    // Whether bytes that can be delivered at once need room, the task does not say: no piece depends on it.
    private static IEnumerable<Piece> WithoutDoubt(Piece[] pieces, int capacity, byte[] stream)
    {
        var right = new Pieces(capacity, Flaw.None);
        var next = 0;
        foreach (var piece in pieces.Where(one => one.First > next || one.First + one.Count <= next + capacity))
        {
            next += right.Insert(piece.First, piece.Of(stream), piece.IsLast).Length;
            yield return piece;
        }
    }

    private static Said Respond(OwnReassembler reassembler, Piece piece, byte[] stream)
    {
        var delivered = reassembler.Insert(piece.First, piece.Of(stream), piece.IsLast);
        var text = delivered switch
        {
            null => "null",
            [] => "nothing",
            _ => Present.Quoted(Encoding.Latin1.GetString(delivered)),
        };
        return new Said($"delivers {text}, {(reassembler.IsComplete ? "complete" : "not complete")}");
    }

    private static List<Mistake<Func<int, OwnReassembler>>> All()
    {
        List<Mistake<Func<int, OwnReassembler>>> all = [];
        Add(
            Flaw.OverlapDoubled,
            "delivers an overlap twice",
            "A piece began before the next byte to deliver, and your class delivered it from its beginning, although a part of "
                + "it had been delivered before. A sender may cut its retransmissions at other places than the first time, and "
                + "TCP's often do. Skip what lies before `_next`.");
        Add(
            Flaw.KeepsNothing,
            "discards early pieces",
            "Your class delivers a piece only if it comes in order, and forgets the others. That is correct in the end, if the "
                + "sender sends everything again, as Go-Back-N does. But the bytes were here; a receiver with memory keeps "
                + "them.");
        Add(
            Flaw.OneKeptPiece,
            "delivers only one kept piece",
            "The hole was filled, and your class delivered the piece and one of those behind it. There may be more: go on until "
                + "the next byte is really missing. Otherwise the rest lies there until another piece happens to come, and the "
                + "last ones for ever.");
        Add(
            Flaw.ShorterReplaces,
            "lets a shorter piece replace a longer one",
            "Two early pieces began at the same place, and your class kept the second, which was shorter: bytes that had arrived "
                + "are lost. A dictionary with the first place as its key does that. Keep the longer one, or keep bytes "
                + "instead of pieces.");
        Add(
            Flaw.OnlyExactFit,
            "finds a kept piece only if it begins at the next byte",
            "A kept piece overlaps with what has just been delivered: it begins before the next byte and goes beyond it. Your "
                + "class looks for a piece that begins exactly there, finds none, and its bytes are never delivered. The part "
                + "behind `_next` is what counts.");
        Add(
            Flaw.EndLost,
            "forgets the end if it comes early",
            "The last piece arrived before others, and by the time everything was delivered, your class had forgotten that it "
                + "was the last. The reader then waits for more, for ever. Remember the place of the end as soon as it is "
                + "known.");
        Add(
            Flaw.EndTooEarly,
            "is complete as soon as the last piece has arrived",
            "The last piece has arrived, but not everything before it is delivered. Your class says that the stream is complete; "
                + "the reader stops, and the file is cut off, without any error. It is complete when the next byte to deliver is "
                + "the one behind the end.");
        Add(
            Flaw.EmptyIgnored,
            "ignores an empty last piece",
            "An empty piece with `isLast` brings no bytes, but it brings the end. TCP's FIN often comes alone like this, when "
                + "the application closes some time after its last write. Your class ignores it, and the reader never learns "
                + "that the stream is over.");
        Add(
            Flaw.NoLimit,
            "keeps bytes beyond its capacity",
            "Your class has kept bytes that lie `capacity` places or more ahead. Without this limit, a sender that never sends "
                + "the first byte can fill the memory of the receiver with the others: for a server with many connections, that "
                + "is an attack. In TCP the limit is the window that the receiver advertises.");
        Add(
            Flaw.AllOrNothing,
            "ignores a piece that fits only in part",
            "A piece reached beyond the capacity, and your class ignored all of it. Its first bytes fit, and may be those that "
                + "everything waits for: if the sender always sends such long pieces, nothing is ever delivered. Keep the part "
                + "that fits.");
        Add(
            Flaw.ZeroIsHole,
            "takes a byte of 0 for a hole",
            "A byte of value 0 has arrived, and your class takes its place for an empty one. A new array is full of zeros, but "
                + "0 can also be data: pictures and compressed files contain many. Your class waits at the first one for ever. "
                + "Remember for each byte whether it has arrived, in a `bool[]` or a dictionary.");
        Add(
            Flaw.OldBeginning,
            "ignores a piece that begins before the next byte",
            "A piece began with bytes that had been delivered, and your class ignored or kept back all of it. Its other bytes "
                + "are new. A sender that cuts its retransmissions anew sends many such pieces. Skip the old bytes, and take "
                + "the rest.");
        Add(
            Flaw.OnePlaceTooMany,
            "keeps one byte too many",
            "Your class kept a byte exactly `capacity` places ahead of the next one. With a capacity of 4 and the next byte at "
                + "place 0, the places are 0, 1, 2 and 3: less than `_next + capacity`, `<` and not `<=`.");
        Add(
            Flaw.CompleteIfNothingIsKept,
            "is complete when nothing is kept",
            "The end is known and no byte waits, and your class says that the stream is complete. But bytes are still missing: "
                + "they have not arrived, or had no room. It is complete when the next byte to deliver is the one behind the "
                + "end.");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, capacity => new Pieces(capacity, flaw)));
    }

    private readonly record struct Piece(int First, int Count, bool IsLast)
    {
        public byte[] Of(byte[] stream) => stream[First..(First + Count)];

        public string TextOf(string stream) => InvariantText.Format(
            $"{Present.Quoted(stream.Substring(First, Count))} arrived for place {First}{(IsLast ? ", the last piece" : "")}");
    }

    // Keeps pieces, the longest for each place. It can be given one flaw.
    private sealed class Pieces(int capacity, Flaw flaw) : OwnReassembler
    {
        private readonly SortedDictionary<int, byte[]> _kept = [];
        private int _next;
        private int? _end;
        private bool _endIsHere;

        public override bool IsComplete => flaw == Flaw.EndTooEarly ? _end is not null
            : flaw == Flaw.EndLost ? _endIsHere
            : flaw == Flaw.CompleteIfNothingIsKept ? _end is not null && _kept.Values.All(bytes => bytes.Length == 0)
            : _next == _end;

        public override byte[] Insert(int first, byte[] bytes, bool isLast)
        {
            if (bytes.Length == 0 && flaw == Flaw.EmptyIgnored)
            {
                return [];
            }

            _end = isLast ? first + bytes.Length : _end;
            Keep(first, bytes);
            byte[] delivered = [.. Deliver(first)];
            _endIsHere |= isLast && _next == first + bytes.Length;
            return delivered;
        }

        private void Keep(int first, byte[] bytes)
        {
            var room = flaw == Flaw.NoLimit ? int.MaxValue : _next + capacity - first;
            room += flaw == Flaw.OnePlaceTooMany ? 1 : 0;
            if ((room < bytes.Length && flaw == Flaw.AllOrNothing) || (first < _next && flaw == Flaw.OldBeginning))
            {
                return;
            }

            bytes = bytes[..Math.Clamp(room, 0, bytes.Length)];
            bytes = flaw == Flaw.ZeroIsHole ? [.. bytes.TakeWhile(one => one != 0)] : bytes;
            var isLonger = !_kept.TryGetValue(first, out var other) || other.Length < bytes.Length;
            if ((isLonger || flaw == Flaw.ShorterReplaces)
                && (first <= _next || flaw != Flaw.KeepsNothing)
                && first + bytes.Length > _next)
            {
                _kept[first] = bytes;
            }
        }

        private IEnumerable<byte> Deliver(int inserted)
        {
            var left = flaw == Flaw.OneKeptPiece ? 2 : int.MaxValue;
            while (left-- > 0 && _kept.Count > 0 && _kept.Keys.First() <= _next)
            {
                var (first, bytes) = _kept.First();
                _kept.Remove(first);
                if (flaw == Flaw.OnlyExactFit && first < _next && first != inserted)
                {
                    continue;
                }

                var skip = flaw == Flaw.OverlapDoubled && first == inserted ? 0 : Math.Min(_next - first, bytes.Length);
                foreach (var one in bytes.Skip(skip))
                {
                    yield return one;
                }

                _next = Math.Max(_next, first + bytes.Length);
            }
        }
    }
}
