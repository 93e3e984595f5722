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

    /// <summary>The flags as everybody writes them: <c>SYN, ACK</c>.</summary>
    public string FlagNames => string.Join(", ", Enum.GetValues<ControlBits>().Where(flag => flag != ControlBits.None && flag != ControlBits.Ack && Has(flag)).Append(ControlBits.Ack).Where(Has).Select(flag => flag.ToString().ToUpperInvariant()));

    /// <exception cref="TruncatedException">The bytes end inside it.</exception>
    internal static TcpHeader Read(FieldReader reader, ReadOnlyMemory<byte> bytes, IpHeader ip)
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
        var checksum = reader.Number16("checksum", value => Checksums.Judge(ip, segment.Span, value), hex: true);
        reader.Number16("urgent pointer");
        var length = Math.Max(Shortest, (int)bits[0] * 4);
        IReadOnlyList<string> options = length == Shortest ? [] : TcpOptions.Read(reader, bytes, length - Shortest);
        return new TcpHeader(source, destination, sequence, acknowledgment, flags, window, checksum, length, options);
    }
}
