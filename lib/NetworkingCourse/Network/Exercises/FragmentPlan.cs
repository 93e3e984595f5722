using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.2: how a router cuts a packet into fragments.</summary>
    public static FragmentPlanExercise FragmentPlan { get; } = new();
}

/// <summary>What fragmentation needs to know of an IPv4 packet, and what it changes (RFC 791, section 3.2).</summary>
/// <param name="HeaderLength">The length of the header, in bytes: 20, or up to 60 with options.</param>
/// <param name="PayloadLength">The length of the payload, in bytes.</param>
/// <param name="Offset">
/// The offset of the payload in that of the original packet, in bytes: a multiple of 8; 0 unless the packet is itself a fragment.
/// </param>
/// <param name="MoreFragments">Whether it is a fragment other than the last (MF).</param>
/// <param name="DontFragment">Whether routers must not cut the packet (DF).</param>
public sealed record PlannedPacket(
    int HeaderLength, int PayloadLength, int Offset = 0, bool MoreFragments = false, bool DontFragment = false)
{
    /// <summary>The length of the packet, in bytes.</summary>
    public int Length => HeaderLength + PayloadLength;

    /// <summary>The packet in one line: <c>20 + 1,176 bytes from byte 0, MF</c>.</summary>
    public override string ToString() => InvariantText.Format($"{HeaderLength} + {PayloadLength:N0} bytes from byte {Offset:N0}")
        + (MoreFragments ? ", MF" : "") + (DontFragment ? ", DF" : "");
}

/// <summary>The learner plans the fragments of a packet that may itself be a fragment.</summary>
public sealed class FragmentPlanExercise : CaseExercise<FragmentPlanExercise.Answer, FragmentPlanExercise.Arrival>
{
    private const int Unit = 8;
    private const int Shortest = 20;
    private const int RandomCases = 60;
    private const int MaxFragments = 4_000;

    // An option that every fragment repeats: the highest bit of its type is set (RFC 791, section 3.1).
    private const byte CopiedOption = 0x88;

    internal FragmentPlanExercise()
        : base(new ExerciseText(
            "3-network/2-headers-and-fragments.ipynb", "3.2", 2, nameof(Exercises.FragmentPlan),
            "Plan the fragments",
            "A packet reaches a link that takes packets of at most `mtu` bytes, headers included. Return the packets that a "
                + "router sends: the packet itself if it fits; an empty list if it does not fit and must not be cut; otherwise "
                + "its fragments, in order. Every fragment has a header as long as the packet's. Each but the last is as long as "
                + "the link and the units of 8 bytes allow, and as soon as all the rest fits into one packet, that is the last "
                + "one. The packet may itself be a fragment: then its `Offset` is not 0, or its `MoreFragments` is set. "
                + "`Offset` counts bytes.",
            [
                "How many bytes of payload fit beside the header? And which multiple of 8 is the largest that is not above "
                    + "this? The second number is the length of each fragment but the last. Where do the offsets begin, and "
                    + "what follows the last piece, if the packet was a fragment already?",
                "`room = mtu - packet.HeaderLength`. In a loop over `at`: `left = packet.PayloadLength - at`; it is the last "
                    + "piece if `left <= room`; otherwise take `room / 8 * 8` bytes. Add `packet with { Offset = packet.Offset + "
                    + "at, PayloadLength = …, MoreFragments = !isLast || packet.MoreFragments }`.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    /// <summary>The learner's method.</summary>
    /// <param name="packet">The packet as it arrives.</param>
    /// <param name="mtu">The longest packet that the link takes, in bytes: at least 68 (RFC 791, section 3.2).</param>
    /// <returns>The packets to send, in order; empty if the packet has to be discarded.</returns>
    public delegate IReadOnlyList<PlannedPacket> Answer(PlannedPacket packet, int mtu);

    private enum Flaw
    {
        NotInEights,
        HeaderForgotten,
        HeaderOfTwenty,
        MoreLost,
        OffsetFromZero,
        Ignored,
        AlwaysRefused,
        TailLost,
        RoundedFirst,
        OffsetInUnits,
        RoundedLater,
    }

    internal override Answer Reference => (packet, mtu) =>
    {
        var header = new Ipv4Header(default, default, IpProtocol.Experiment)
        {
            Options = Options(packet.HeaderLength - Shortest),
            FragmentOffset = packet.Offset,
            MoreFragments = packet.MoreFragments,
            DontFragment = packet.DontFragment,
        };
        return packet.DontFragment && packet.Length > mtu
            ? []
            :
            [
                .. Fragmentation.Split(new Ipv4Packet(header, new byte[packet.PayloadLength]), mtu).Select(fragment => packet with
                {
                    Offset = fragment.Header.FragmentOffset,
                    PayloadLength = fragment.Payload.Length,
                    MoreFragments = fragment.Header.MoreFragments,
                }),
            ];
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } = All();

    private protected override IEnumerable<Arrival> Cases(Random random)
    {
        yield return new Arrival(new PlannedPacket(Shortest, 500), 1_500);
        yield return new Arrival(new PlannedPacket(Shortest, 3_000), 1_200);
        yield return new Arrival(new PlannedPacket(Shortest, 2_000, DontFragment: true), 1_500);
        yield return new Arrival(new PlannedPacket(Shortest, 500, DontFragment: true), 1_500);
        yield return new Arrival(new PlannedPacket(Shortest, 1_180), 1_200);
        yield return new Arrival(new PlannedPacket(Shortest, 1_181), 1_200);
        yield return new Arrival(new PlannedPacket(Shortest, 1_176 + 1_180), 1_200);
        yield return new Arrival(new PlannedPacket(40, 2_961), 1_024);
        yield return new Arrival(new PlannedPacket(Shortest, 1_176, 1_176, MoreFragments: true), 600);
        yield return new Arrival(new PlannedPacket(Shortest, 648, 2_352), 300);
        yield return new Arrival(new PlannedPacket(Shortest, 1_000, 4_800, MoreFragments: true), 1_500);
        yield return new Arrival(new PlannedPacket(60, 100), 68);
        yield return new Arrival(new PlannedPacket(Shortest, 0), 68);
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomArrival(random);
        }
    }

    private protected override object? Apply(Answer answer, Arrival arguments) =>
        answer(arguments.Packet, arguments.Mtu) is { } packets ? new Plan([.. packets.Take(MaxFragments)]) : null;

    private protected override string Describe(Arrival arguments) => InvariantText.Format(
        $"let a packet (`{arguments.Packet}`) reach a link with an MTU of {arguments.Mtu:N0} bytes");

    private static Arrival RandomArrival(Random random)
    {
        var mtu = random.Next(68, 1_501);
        var header = Shortest + 4 * (random.Next(3) == 0 ? random.Next(1, 11) : 0);
        var isFragment = random.Next(2) == 0;
        var isFollowed = isFragment && random.Next(2) == 0;
        // Near a boundary in one of three packets: a length that just fits, or just does not.
        var payload = random.Next(3) == 0
            ? Math.Max(1, (mtu - header) / Unit * Unit * random.Next(0, 4) + (mtu - header) + random.Next(-1, 2))
            : random.Next(1, 4 * mtu);
        // Whatever is followed by more has whole units.
        payload = isFollowed ? (payload + Unit - 1) / Unit * Unit : payload;
        return new Arrival(
            new PlannedPacket(
                header,
                payload,
                isFragment ? Unit * random.Next(isFollowed ? 0 : 1, 1_000) : 0,
                isFollowed,
                DontFragment: random.Next(6) == 0),
            mtu);
    }

    private static ReadOnlyMemory<byte> Options(int length)
    {
        var options = new byte[length];
        if (length > 0)
        {
            (options[0], options[1]) = (CopiedOption, (byte)length);
        }

        return options;
    }

    private static List<Mistake<Answer>> All()
    {
        List<Mistake<Answer>> all = [];
        Add(
            Flaw.NotInEights,
            "does not cut in units of 8 bytes",
            "Your fragments fill the link to the last byte. But the offset field has only 13 bits and counts units of 8 "
                + "bytes, so the next fragment cannot say that it begins at byte 1,180: it says 1,176, and the destination "
                + "puts it 4 bytes too early. The length of every fragment but the last is a multiple of 8.");
        Add(
            Flaw.HeaderForgotten,
            "forgets the header",
            "Your fragments carry as many bytes as the link takes. Each of them is a packet with a header of its own, and "
                + "with it they are too long for the link: the router has cut the packet and still cannot send it. Subtract "
                + "the header from the MTU first.");
        Add(
            Flaw.HeaderOfTwenty,
            "takes every header for 20 bytes",
            "Your method subtracts 20 bytes from the MTU. A header with options has up to 60 (RFC 791, section 3.1), and then "
                + "the fragments are too long for the link. It never shows with ordinary packets, only with the rare one that "
                + "has options. Use `packet.HeaderLength`.");
        Add(
            Flaw.MoreLost,
            "clears MF although more follows",
            "Your last piece says that nothing follows it. But the packet was itself a fragment, and not the last one: it said "
                + "that more follows, and this is still true. The destination takes your piece for the end of the whole packet, "
                + "and hands on a short one or refuses what comes after. Only the last piece of the last fragment has no MF.");
        Add(
            Flaw.OffsetFromZero,
            "counts offsets from the fragment",
            "Your offsets begin at 0 again when a fragment is cut again. The destination puts the pieces back together in one "
                + "step, however often they were cut, so every offset is counted from the beginning of the original payload. "
                + "With yours it writes the end of the packet over its beginning. Add `packet.Offset`.");
        Add(
            Flaw.Ignored,
            "ignores DF",
            "Your method cuts a packet that says *don't fragment*. Its sender wants to know that it is too long: the router "
                + "discards it and says so by ICMP (type 3, code 4), and the sender learns how long packets may be on this path "
                + "(RFC 1191). TCP relies on it for nearly every connection. Return an empty list.");
        Add(
            Flaw.AlwaysRefused,
            "refuses every packet with DF",
            "Your method discards a packet with DF although it fits. DF does not forbid the packet to pass, only to be cut. "
                + "Nearly all TCP segments have it: your router would stop almost everything. Look at the length first.");
        Add(
            Flaw.TailLost,
            "rounds the last fragment too",
            "Your method rounds the last fragment to whole units as well, and loses up to 7 bytes of the payload. Nothing "
                + "follows the last fragment, so its end does not have to be the beginning of another one: it may have any "
                + "length.");
        Add(
            Flaw.RoundedFirst,
            "rounds before it asks whether the rest fits",
            "Your method compares what is left with the room rounded down to units of 8. The last packet need not be a multiple "
                + "of 8: if the rest fits into the link as it is, it can be sent as it is. Yours sends one packet too many, with "
                + "its own header and its own risk of being lost. Ask first whether the rest fits, and round only if it does not "
                + "(RFC 791, section 3.2).");
        Add(
            Flaw.OffsetInUnits,
            "counts offsets in units",
            "Your offsets grow by an eighth of what they should. In the header's field the offset is a number of units of 8 "
                + "bytes; here, as in the table of the lesson and in `Ipv4Header`, it is in bytes. Multiply where you read a "
                + "header and divide where you write one, and nowhere else.");
        Add(
            Flaw.RoundedLater,
            "rounds before it asks whether the last piece fits",
            "Your loop compares what is left with the room rounded down to units of 8. The last piece need not be a multiple of "
                + "8: as soon as all the rest fits into the link, it is the last packet. Yours sends one packet too many, with "
                + "its own header and its own risk of being lost. Compare with all the room beside the header, and round only "
                + "if the rest does not fit (RFC 791, section 3.2).");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, (packet, mtu) => Cut(packet, mtu, flaw)));
    }

    private static List<PlannedPacket> Cut(PlannedPacket packet, int mtu, Flaw flaw)
    {
        var room = mtu - flaw switch
        {
            Flaw.HeaderForgotten => 0,
            Flaw.HeaderOfTwenty => Shortest,
            _ => packet.HeaderLength,
        };
        var full = flaw == Flaw.NotInEights ? room : room / Unit * Unit;
        var fits = flaw == Flaw.RoundedFirst ? packet.PayloadLength <= full : packet.Length <= mtu;
        if (packet.DontFragment && flaw != Flaw.Ignored && (!fits || flaw == Flaw.AlwaysRefused))
        {
            return [];
        }

        if (fits)
        {
            return [packet];
        }

        var (fragments, start) = (new List<PlannedPacket>(), flaw == Flaw.OffsetFromZero ? 0 : packet.Offset);
        for (var at = 0; at < packet.PayloadLength; at += full)
        {
            var left = packet.PayloadLength - at;
            var isLast = left <= (flaw is Flaw.RoundedFirst or Flaw.RoundedLater ? full : room);
            fragments.Add(packet with
            {
                PayloadLength = isLast ? flaw == Flaw.TailLost ? left / Unit * Unit : left : full,
                Offset = start + (flaw == Flaw.OffsetInUnits ? at / Unit : at),
                MoreFragments = !isLast || (packet.MoreFragments && flaw != Flaw.MoreLost),
            });
            if (isLast)
            {
                break;
            }
        }

        return fragments;
    }

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Packet">The packet.</param>
    /// <param name="Mtu">The longest packet that the link takes, in bytes.</param>
    public sealed record Arrival(PlannedPacket Packet, int Mtu);

    // The packets to send, as the lesson shows fragments.
    private sealed class Plan(IReadOnlyList<PlannedPacket?> packets) : Shown
    {
        private const int MaxRows = 12;

        public override string ToHtml() => packets.Count == 0 ? "<p>no packets</p>" : new Table(
            ["bytes", "payload", "offset", "flags"],
            packets.Take(MaxRows).Select(IReadOnlyList<object?> (packet) => packet is null
                ? ["null", "", "", ""]
                : [packet.Length, packet.PayloadLength, packet.Offset, Flags(packet)]),
            packets.Count > MaxRows ? InvariantText.Format($"… and {packets.Count - MaxRows} more.") : null).ToHtml();

        public override string ToString() => packets.Count == 0
            ? "no packets"
            : string.Join(" · ", packets.Take(MaxRows).Select(packet => packet?.ToString() ?? "null"))
                + (packets.Count > MaxRows ? InvariantText.Format($" · … {packets.Count - MaxRows} more") : "");

        public override bool Equals(object? obj) => obj is Plan other && packets.SequenceEqual(other.Packets);

        public override int GetHashCode() => packets.Count;

        private IReadOnlyList<PlannedPacket?> Packets => packets;

        private static string Flags(PlannedPacket packet) =>
            (packet.MoreFragments, packet.DontFragment) switch
            {
                (true, true) => "MF, DF",
                (true, false) => "MF",
                (false, true) => "DF",
                _ => "",
            };
    }
}
