using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse.Transport;

/// <summary>The control bits of a TCP header (RFC 9293, section 3.1; RFC 3168 for the two of congestion notification).</summary>
[Flags]
public enum ControlBits
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>No more data from the sender.</summary>
    Fin = 1,

    /// <summary>Synchronise sequence numbers: the first of each side.</summary>
    Syn = 2,

    /// <summary>Reset the connection.</summary>
    Rst = 4,

    /// <summary>Hand it to the receiving program now.</summary>
    Psh = 8,

    /// <summary>The acknowledgment number counts.</summary>
    Ack = 16,

    /// <summary>The urgent pointer counts.</summary>
    Urg = 32,

    /// <summary>Congestion was seen on the way (ECN echo).</summary>
    Ece = 64,

    /// <summary>The congestion window has been reduced.</summary>
    Cwr = 128,
}

/// <summary>A TCP header (RFC 9293, section 3.1).</summary>
/// <param name="SourcePort">The sender's port.</param>
/// <param name="DestinationPort">The receiver's port.</param>
/// <param name="Sequence">The number of the first byte of the segment, or of its SYN, as it stands in the header.</param>
/// <param name="Acknowledgment">The number of the next byte that the sender expects, as it stands in the header; it counts only with <see cref="ControlBits.Ack"/>.</param>
/// <param name="Flags">The control bits.</param>
/// <param name="Window">How much more the sender can take, as it stands in the header: to be shifted by what it said in its SYN.</param>
/// <param name="Checksum">The checksum as it stands in the header.</param>
/// <param name="HeaderLength">How many bytes the header has, options included.</param>
/// <param name="Options">What the options say, for people: <c>maximum segment size 65495</c>.</param>
public sealed record TcpHeader(
    ushort SourcePort, ushort DestinationPort, uint Sequence, uint Acknowledgment, ControlBits Flags, ushort Window, ushort Checksum, int HeaderLength, IReadOnlyList<string> Options)
{
    private const int Shortest = 20;

    /// <summary>Whether a flag is set.</summary>
    public bool Has(ControlBits flag) => (Flags & flag) != 0;

    /// <summary>The flags as they are usually written: <c>SYN, ACK</c>; <c>no flags</c> if none is set.</summary>
    public string FlagNames => Flags == ControlBits.None ? "no flags"
        : string.Join(", ", Written.Where(Has).Select(flag => flag.ToString().ToUpperInvariant()));

    /// <summary>
    /// Whether it asks for a connection: a SYN that answers none. Congestion notification may have set two more bits (RFC 3168,
    /// section 6.1.1).
    /// </summary>
    internal bool IsCall => (Flags & (ControlBits.Syn | ControlBits.Ack)) == ControlBits.Syn;

    /// <summary>Whether it does nothing but acknowledge, if it carries no data; congestion notification aside.</summary>
    internal bool IsPlainAck => (Flags & ~(ControlBits.Ece | ControlBits.Cwr)) == ControlBits.Ack;

    // ACK comes last: it is nearly always there.
    private static ControlBits[] Written { get; } =
        [.. Enum.GetValues<ControlBits>().Where(flag => flag is not (ControlBits.None or ControlBits.Ack)), ControlBits.Ack];

    /// <summary>Reads a header.</summary>
    /// <param name="reader">Where it begins.</param>
    /// <param name="bytes">All bytes of the packet.</param>
    /// <param name="ip">The header before it.</param>
    /// <param name="sent">How many bytes the segment had when it was sent.</param>
    /// <param name="known">Told what is known before the options, which may be cut off.</param>
    /// <exception cref="FormatException">The bytes end inside it, or it says that it is shorter than it can be.</exception>
    internal static TcpHeader Read(FieldReader reader, ReadOnlyMemory<byte> bytes, IpHeader ip, int sent, Action<TcpHeader> known)
    {
        var segment = bytes[reader.Offset..reader.End];
        var source = reader.Number16("source port");
        var destination = reader.Number16("destination port");
        var sequence = reader.Number32("sequence number", _ => "of the first byte that follows, or of the SYN");
        var acknowledgment = reader.Number32("acknowledgment number", _ => "of the next byte expected, if the ACK bit is set");
        var bits = reader.Bits(2,
            ("data offset", 4, words => $"in words of 4 bytes: the header has {words * 4} bytes"), ("reserved", 4, null),
            ("CWR", 1, null), ("ECE", 1, null), ("URG", 1, null), ("ACK", 1, null), ("PSH", 1, null), ("RST", 1, null), ("SYN", 1, null), ("FIN", 1, null));
        var flags = ControlBits.None;
        foreach (var bit in bits[2..])
        {
            flags = (ControlBits)(((int)flags << 1) | (int)bit);
        }

        var window = reader.Number16("window", _ => "how much more the sender can take, before it is scaled");
        var checksum = reader.Number16("checksum", value => Checksums.Judge(ip, segment.Span, sent, value), hex: true);
        reader.Number16("urgent pointer");
        var length = (int)bits[0] * 4;
        if (length < Shortest)
        {
            throw new FormatException(InvariantText.Format(
                $"The TCP header says that it has {length} bytes; it has at least {Shortest}."));
        }

        var header = new TcpHeader(source, destination, sequence, acknowledgment, flags, window, checksum, length, []);
        known(header);
        return length == Shortest ? header : header with { Options = TcpOptions.Read(reader, bytes, length - Shortest) };
    }
}
