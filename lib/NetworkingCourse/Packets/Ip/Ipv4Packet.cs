using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>An IPv4 packet: a header and a payload.</summary>
/// <param name="header">The header.</param>
/// <param name="payload">The payload; not copied.</param>
public sealed class Ipv4Packet(Ipv4Header header, ReadOnlyMemory<byte> payload) : Shown
{
    /// <summary>The header.</summary>
    public Ipv4Header Header { get; } = header;

    /// <summary>The payload: a UDP datagram, a TCP segment, an ICMP message, or a fragment of one.</summary>
    public ReadOnlyMemory<byte> Payload { get; } = payload;

    /// <summary>The length of the packet including its header, in bytes.</summary>
    public int Length => Header.Length + Payload.Length;

    /// <summary>The bytes of the packet as sent.</summary>
    /// <exception cref="ArgumentException">The value of a field does not fit into the header.</exception>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Header.WriteTo(bytes, Payload.Length);
        Payload.Span.CopyTo(bytes.AsSpan(Header.Length));
        return bytes;
    }

    /// <summary>The bytes of an Ethernet frame with the packet, without the check sequence (RFC 894).</summary>
    /// <exception cref="ArgumentException">The value of a field does not fit into the header.</exception>
    internal byte[] ToFrame(MacAddress destination, MacAddress source)
    {
        const int typeAt = 2 * MacAddress.Length;
        var frame = new byte[typeAt + sizeof(ushort) + Length];
        destination.WriteTo(frame);
        source.WriteTo(frame.AsSpan(MacAddress.Length));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(typeAt), EtherType.Ipv4);
        ToBytes().CopyTo(frame, typeAt + sizeof(ushort));
        return frame;
    }

    /// <summary>Parses a packet. Its bytes are not copied.</summary>
    /// <exception cref="FormatException">The bytes are not a valid packet; the exception's text says why.</exception>
    public static Ipv4Packet Parse(ReadOnlyMemory<byte> bytes) =>
        TryParse(bytes, out var packet, out var problem) ? packet! : throw new FormatException(problem);

    /// <summary>Parses a packet. Its bytes are not copied.</summary>
    /// <param name="bytes">The packet; bytes after its end are ignored.</param>
    /// <param name="packet">The packet; null if the bytes are not valid.</param>
    /// <param name="problem">Why the bytes are not valid; empty if they are.</param>
    /// <returns>Whether the bytes are a valid packet.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out Ipv4Packet? packet, out string problem)
    {
        packet = Ipv4Header.TryParse(bytes, out var header, out var totalLength, out problem)
            ? new Ipv4Packet(header!, bytes[header!.Length..totalLength])
            : null;
        return packet is not null;
    }

    /// <summary>The bytes of the packet, field by field.</summary>
    public ByteView View() => IpView.Of(ToBytes());

    /// <summary>The packet in one line.</summary>
    public override string ToString() => $"{Header}, {Octets.Count(Payload.Length)}";
}
