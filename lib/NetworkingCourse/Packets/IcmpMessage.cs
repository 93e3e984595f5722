using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// An ICMP message (RFC 792): type, code, checksum, four bytes whose meaning depends on the type, and data. The data of an error
/// message is the beginning of the packet that caused it.
/// </summary>
internal readonly record struct IcmpMessage(byte Type, byte Code, uint Rest, ReadOnlyMemory<byte> Data)
{
    public const byte EchoReply = 0;
    public const byte Unreachable = 3;
    public const byte Echo = 8;
    public const byte TimeExceeded = 11;

    public const byte NetUnreachable = 0;
    public const byte HostUnreachable = 1;
    public const byte PortUnreachable = 3;
    public const byte FragmentationNeeded = 4;

    private const int HeaderLength = 8;

    // RFC 792 asks for the header and 8 bytes, which is enough for the ports; RFC 1812, section 4.3.2.3, asks for as much as fits
    // into 576 bytes.
    private const int MaxQuoted = 548;

    public ushort Identifier => (ushort)(Rest >> 16);

    public ushort Sequence => (ushort)Rest;

    /// <summary>
    /// In a "fragmentation needed" message, the MTU of the link for which the packet was too long (RFC 1191, section 4).
    /// </summary>
    public ushort NextHopMtu => (ushort)Rest;

    public bool IsError => Type is Unreachable or TimeExceeded;

    public static IcmpMessage EchoOf(ushort identifier, ushort sequence, ReadOnlyMemory<byte> data) =>
        new(Echo, 0, (uint)identifier << 16 | sequence, data);

    public static IcmpMessage Error(byte type, byte code, ReadOnlyMemory<byte> packet, ushort mtu = 0) =>
        new(type, code, mtu, packet[..Math.Min(MaxQuoted, packet.Length)]);

    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + Data.Length];
        (bytes[0], bytes[1]) = (Type, Code);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Rest);
        Data.Span.CopyTo(bytes.AsSpan(HeaderLength));
        WriteChecksum(bytes);
        return bytes;
    }

    public static void WriteChecksum(Span<byte> message)
    {
        message.Slice(2, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Of(message));
    }

    public static IcmpMessage? Read(ReadOnlyMemory<byte> bytes) =>
        bytes.Length >= HeaderLength && InternetChecksum.IsIntact(bytes.Span)
            ? new IcmpMessage(
                bytes.Span[0],
                bytes.Span[1],
                BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[4..]),
                bytes[HeaderLength..])
            : null;

    /// <summary>
    /// The header of the packet that an error message quotes, and the quoted part of its payload; null if this is not an error
    /// message, or the quotation cannot be read.
    /// </summary>
    public (Ipv4Header Header, ReadOnlyMemory<byte> Payload)? About()
    {
        var length = Data.Length >= Ipv4Header.MinimumLength ? (Data.Span[0] & 0xF) * 4 : 0;
        if (!IsError || length < Ipv4Header.MinimumLength || Data.Length < length + 8)
        {
            return null;
        }

        // The quoted packet is truncated, but its header still gives the full length; so the header is read by itself.
        var header = new Ipv4Header(
            Address.FromBytes(Data.Span[12..16]),
            Address.FromBytes(Data.Span[16..20]),
            (IpProtocol)Data.Span[9])
        {
            Identification = BinaryPrimitives.ReadUInt16BigEndian(Data.Span[4..]),
        };
        return (header, Data[length..]);
    }

    public override string ToString() => (Type, Code) switch
    {
        (Unreachable, FragmentationNeeded) =>
            InvariantText.Format($"fragmentation needed, the next link takes {NextHopMtu:N0} bytes"),
        _ when IcmpHeader.MeaningOf(Type, Code, isVersion6: false) is { Length: > 0 } meaning => meaning,
        _ => InvariantText.Format($"ICMP type {Type}, code {Code}"),
    };
}
