using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.13: cut a message into segments that no router has to fragment.</summary>
    public static CutIntoSegmentsExercise CutIntoSegments { get; } = new();
}

/// <summary>
/// The learner cuts a message so that each piece, with all its headers, fits the path (RFC 1191; RFC 9293, section 3.7.1).
/// </summary>
public sealed class CutIntoSegmentsExercise : CaseExercise<CutIntoSegmentsExercise.Answer, CutIntoSegmentsExercise.Message>
{
    private const int RandomCases = 40;
    private const int MaxSegments = 10_000;
    private const int AllHeaders = Ipv4Header.MinimumLength + UdpHeader.HeaderLength + Segment.HeaderBytes;

    internal CutIntoSegmentsExercise()
        : base(new ExerciseText(
            "4-server-architecture/13-all-together.ipynb", "4.13", 2, nameof(Exercises.CutIntoSegments),
            "Segments that fit the path",
            "A message goes out in segments: 6 bytes of header, then data. Each segment travels in a UDP datagram (8 bytes of "
                + "header), and the datagram in an IPv4 packet (20 bytes of header, no options). No packet may be longer than "
                + "`mtu`. Return the data of the segments, in order: as few as possible, all but the last as long as possible. "
                + "An empty message needs no segment.",
            [
                "How many bytes of a packet are left for data when all three headers are in it?",
                "`message.Chunk(n)` cuts an array into pieces of `n`; the last one may be shorter.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="message">The message.</param>
    /// <param name="mtu">The longest packet that the path takes, in bytes.</param>
    /// <returns>The data of the segments, in order.</returns>
    public delegate IReadOnlyList<byte[]> Answer(byte[] message, int mtu);

    internal override Answer Reference => (message, mtu) => Cut(message, mtu - AllHeaders);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "forgets all headers",
            "Your segments carry as many bytes as the packet may have in all. With three headers around the data, every packet "
                + "is 34 bytes too long, and a router cuts it in two. Both fragments must arrive, so more is lost. Subtract "
                + "20 + 8 + 6 from the MTU.",
            (message, mtu) => Cut(message, mtu)),
        new(
            "forgets the header of the segment",
            "Your method leaves room for the headers of IP and UDP. The segment has one of its own, 6 bytes: kind, number and "
                + "checksum. The packets are 6 bytes too long.",
            (message, mtu) => Cut(message, mtu - AllHeaders + Segment.HeaderBytes)),
        new(
            "forgets the header of UDP",
            "Your method forgets the header of UDP: 8 bytes with the ports, the length and the checksum.",
            (message, mtu) => Cut(message, mtu - AllHeaders + UdpHeader.HeaderLength)),
        new(
            "forgets the header of IP",
            "Your method forgets the header of IP, 20 bytes. The MTU is the length of the whole IP packet; only the frame of "
                + "the link layer around it does not count.",
            (message, mtu) => Cut(message, mtu - AllHeaders + Ipv4Header.MinimumLength)),
        new(
            "subtracts only the header of the segment",
            "Your method subtracts only the segment's own header. The segment travels in a UDP datagram, and that in an IP "
                + "packet: their headers, 8 and 20 bytes, are in the packet as well. Your packets are 28 bytes too long.",
            (message, mtu) => Cut(message, mtu - Segment.HeaderBytes)),
        new(
            "subtracts only the header of IP",
            "Your method subtracts only the header of the IP packet. Between it and the data are the headers of UDP and of the "
                + "segment, 8 and 6 bytes. Your packets are 14 bytes too long.",
            (message, mtu) => Cut(message, mtu - Ipv4Header.MinimumLength)),
        new(
            "leaves room for the header of TCP",
            "Your method subtracts 40 bytes, as for TCP over IPv4: 20 for IP, 20 for TCP. Here the segments travel in UDP, with "
                + "8 + 6 bytes of header, so 6 bytes of every packet remain unused.",
            (message, mtu) => Cut(message, mtu - 40)),
        new(
            "fills up the last segment",
            "Your last segment is as long as the others, filled up with zeros. The receiver cannot tell them from the message, "
                + "and hands them to the program.",
            (message, mtu) =>
            [
                .. Cut(message, mtu - AllHeaders).Select(piece =>
                {
                    Array.Resize(ref piece, mtu - AllHeaders);
                    return piece;
                }),
            ]),
        new(
            "loses the rest",
            "Your method makes only whole segments. What is left of the message, when it is not a multiple, is never sent. "
                + "Integer division rounds down.",
            (message, mtu) => [.. Cut(message, mtu - AllHeaders).Where(piece => piece.Length == mtu - AllHeaders)]),
        new(
            "sends an empty segment at the end",
            "Your method ends with an empty segment when the message fills the last one exactly, or is empty. It costs a packet "
                + "and an acknowledgment, and delivers nothing.",
            (message, mtu) => message.Length % (mtu - AllHeaders) == 0
                ? [.. Cut(message, mtu - AllHeaders), []]
                : Cut(message, mtu - AllHeaders)),
        new(
            "cuts at multiples of eight",
            "Your segments are multiples of 8 bytes. That is the rule for *fragments*, whose offset counts units of 8. Segments "
                + "have no offset, so they can fill the packet.",
            (message, mtu) => Cut(message, (mtu - AllHeaders) / 8 * 8)),
    ];

    private protected override IEnumerable<Message> Cases(Random random)
    {
        yield return new Message(100, 1500);
        yield return new Message(1466, 1500);
        yield return new Message(1467, 1500);
        yield return new Message(5000, 576);
        yield return new Message(0, 1500);
        for (var i = 0; i < RandomCases; i++)
        {
            var mtu = random.Next(68, 1501);
            var room = mtu - AllHeaders;
            yield return new Message(
                random.Next(3) == 0 ? (random.Next(1, 6) * room) + random.Next(-1, 2) : random.Next(1, 8000), mtu);
        }
    }

    private protected override object? Apply(Answer answer, Message arguments)
    {
        var message = new byte[arguments.Length];
        new Random(arguments.Length).NextBytes(message);
        if (answer([.. message], arguments.Mtu) is not { } pieces)
        {
            return null;
        }

        if (pieces.Count > MaxSegments || pieces.Any(piece => piece is null))
        {
            return new Said(pieces.Count > MaxSegments ? InvariantText.Format($"{pieces.Count:N0} segments") : "a null");
        }

        var lengths = string.Join(" + ", pieces
            .GroupBy(piece => piece.Length)
            .Select(same => InvariantText.Format($"{same.Count()} × {same.Key}")));
        var isWhole = pieces.SelectMany(piece => piece).SequenceEqual(message);
        return new Said((lengths.Length == 0 ? "no segments" : $"{lengths} bytes") + (isWhole ? "" : "; not the same message"));
    }

    private protected override string Describe(Message arguments) => InvariantText.Format(
        $"cut {InvariantText.Count(arguments.Length, "byte")} for a path with an MTU of {arguments.Mtu:N0}");

    private static List<byte[]> Cut(byte[] message, int room) => [.. message.Chunk(room)];

    /// <summary>The arguments of one call.</summary>
    /// <param name="Length">The length of the message in bytes.</param>
    /// <param name="Mtu">The longest packet that the path takes, in bytes.</param>
    public sealed record Message(int Length, int Mtu);
}
