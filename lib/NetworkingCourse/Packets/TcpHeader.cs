using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The control bits of a TCP header (RFC 9293, section 3.1; RFC 3168 for the two bits of congestion notification).
/// </summary>
[Flags]
public enum ControlBits
{
    /// <summary>No control bits.</summary>
    None = 0,

    /// <summary>The sender will send no more data.</summary>
    Fin = 1,

    /// <summary>Synchronise sequence numbers: set in the first segment of each side.</summary>
    Syn = 2,

    /// <summary>Reset the connection.</summary>
    Rst = 4,

    /// <summary>Push: pass the data to the receiving program now.</summary>
    Psh = 8,

    /// <summary>The acknowledgment number is valid.</summary>
    Ack = 16,

    /// <summary>The urgent pointer is valid.</summary>
    Urg = 32,

    /// <summary>Congestion was experienced on the path (ECN-Echo).</summary>
    Ece = 64,

    /// <summary>The sender has reduced its congestion window.</summary>
    Cwr = 128,
}

/// <summary>A TCP header (RFC 9293, section 3.1).</summary>
/// <param name="SourcePort">The sender's port.</param>
/// <param name="DestinationPort">The receiver's port.</param>
/// <param name="Sequence">The sequence number, as in the header: that of the segment's first byte, or of its SYN.</param>
/// <param name="Acknowledgment">
/// The number of the next byte that the sender expects, as in the header; valid only with <see cref="ControlBits.Ack"/>.
/// </param>
/// <param name="Flags">The control bits.</param>
/// <param name="Window">The receive window, as in the header: not yet scaled by the shift given in the sender's SYN.</param>
/// <param name="Checksum">The checksum, as in the header.</param>
/// <param name="HeaderLength">The length of the header in bytes, including options.</param>
/// <param name="Options">The options in readable form: <c>maximum segment size 65495</c>.</param>
public sealed record TcpHeader(
    ushort SourcePort,
    ushort DestinationPort,
    uint Sequence,
    uint Acknowledgment,
    ControlBits Flags,
    ushort Window,
    ushort Checksum,
    int HeaderLength,
    IReadOnlyList<string> Options)
{
    private const int Shortest = 20;
    private const int ChecksumAt = 16;

    /// <summary>Whether the given flag is set.</summary>
    public bool Has(ControlBits flag) => (Flags & flag) != 0;

    /// <summary>The flags in the usual notation: <c>SYN, ACK</c>; <c>no flags</c> if none is set.</summary>
    public string FlagNames => Flags == ControlBits.None ? "no flags"
        : string.Join(", ", Written.Where(Has).Select(flag => flag.ToString().ToUpperInvariant()));

    /// <summary>
    /// Whether the segment requests a connection: a SYN without ACK. Congestion notification may set two more
    /// bits (RFC 3168, section 6.1.1).
    /// </summary>
    internal bool IsCall => (Flags & (ControlBits.Syn | ControlBits.Ack)) == ControlBits.Syn;

    /// <summary>
    /// Whether ACK is the only flag, congestion notification aside. Without data, such a segment only acknowledges.
    /// </summary>
    internal bool IsPlainAck => (Flags & ~(ControlBits.Ece | ControlBits.Cwr)) == ControlBits.Ack;

    // ACK comes last, since it is nearly always set.
    private static ControlBits[] Written { get; } =
        [.. Enum.GetValues<ControlBits>().Where(flag => flag is not (ControlBits.None or ControlBits.Ack)), ControlBits.Ack];

    /// <summary>
    /// The bytes of a segment: this header with the given options, and the data. The checksum and the header's length are
    /// computed; those of the record do not matter.
    /// </summary>
    /// <param name="source">The sender's address, which the checksum covers.</param>
    /// <param name="destination">The receiver's address.</param>
    /// <param name="options">The options as bytes: a multiple of 4, at most 40.</param>
    /// <param name="data">The data.</param>
    internal byte[] ToBytes(Address source, Address destination, ReadOnlySpan<byte> options, ReadOnlySpan<byte> data)
    {
        var bytes = new byte[Shortest + options.Length + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), Acknowledgment);
        bytes[12] = (byte)((Shortest + options.Length) / 4 << 4);
        bytes[13] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), Window);
        options.CopyTo(bytes.AsSpan(Shortest));
        data.CopyTo(bytes.AsSpan(Shortest + options.Length));
        var checksum = InternetChecksum.Of(source, destination, IpProtocol.Tcp, bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(ChecksumAt), checksum);
        return bytes;
    }

    /// <summary>Reads a header.</summary>
    /// <param name="reader">The reader, positioned at the beginning of the header.</param>
    /// <param name="bytes">All bytes of the packet.</param>
    /// <param name="ip">The IP header before it.</param>
    /// <param name="sent">The length of the segment in bytes when it was sent.</param>
    /// <param name="known">Called with the header before its options are read, since these may be cut off.</param>
    /// <exception cref="FormatException">The bytes end inside the header, or its length is less than the minimum.</exception>
    internal static TcpHeader Read(FieldReader reader, ReadOnlyMemory<byte> bytes, IpHeader ip, int sent, Action<TcpHeader> known)
    {
        var segment = bytes[reader.Offset..reader.End];
        var source = reader.Number16("source port");
        var destination = reader.Number16("destination port");
        var sequence = reader.Number32("sequence number", _ => "of the first byte that follows, or of the SYN");
        var acknowledgment = reader.Number32("acknowledgment number", _ => "of the next byte expected, if the ACK bit is set");
        var bits = reader.Bits(
            2,
            ("data offset", 4, words => $"in words of 4 bytes: the header has {words * 4} bytes"),
            ("reserved", 4, null),
            ("CWR", 1, null),
            ("ECE", 1, null),
            ("URG", 1, null),
            ("ACK", 1, null),
            ("PSH", 1, null),
            ("RST", 1, null),
            ("SYN", 1, null),
            ("FIN", 1, null));
        var flags = ControlBits.None;
        foreach (var bit in bits[2..])
        {
            flags = (ControlBits)(((int)flags << 1) | (int)bit);
        }

        var window = reader.Number16("window", _ => "how many more bytes the sender can accept, before scaling");
        var checksum = reader.Number16("checksum", value => Checksums.Judge(ip, segment.Span, sent, value), hex: true);
        reader.Number16("urgent pointer");
        var length = (int)bits[0] * 4;
        if (length < Shortest)
        {
            throw new FormatException(InvariantText.Format(
                $"The TCP header claims {length} bytes; the minimum is {Shortest}."));
        }

        var header = new TcpHeader(source, destination, sequence, acknowledgment, flags, window, checksum, length, []);
        known(header);
        return length == Shortest ? header : header with { Options = TcpOptions.Read(reader, bytes, length - Shortest) };
    }
}
