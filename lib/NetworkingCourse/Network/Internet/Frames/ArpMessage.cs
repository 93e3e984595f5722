using System.Buffers.Binary;

namespace NetworkingCourse.Network;

/// <summary>
/// A message of the Address Resolution Protocol (RFC 826): a request for the link-layer address that belongs to an IPv4 address,
/// or the reply.
/// </summary>
/// <param name="IsReply">Whether this is a reply.</param>
/// <param name="SenderMac">The sender's link-layer address.</param>
/// <param name="Sender">The sender's IPv4 address.</param>
/// <param name="TargetMac">In a reply, the link-layer address of the node that asked.</param>
/// <param name="Target">The IPv4 address to resolve; in a reply, the address of the node that asked.</param>
internal readonly record struct ArpMessage(
    bool IsReply,
    MacAddress SenderMac,
    Address Sender,
    MacAddress TargetMac,
    Address Target)
{
    private const int Length = 28;

    public Frame ToFrame(MacAddress to, PacketTrace? trace)
    {
        var frame = Frame.For(Frame.Arp, Length, trace);
        (frame.Destination, frame.Source) = (to, SenderMac);
        var bytes = frame.Payload.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes, 1); // Ethernet
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], Frame.Ipv4);
        (bytes[4], bytes[5]) = (MacAddress.Length, 4);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(IsReply ? 2 : 1));
        SenderMac.WriteTo(bytes[8..]);
        Sender.WriteTo(bytes[14..]);
        TargetMac.WriteTo(bytes[18..]);
        Target.WriteTo(bytes[24..]);
        return frame;
    }

    public static ArpMessage? Read(ReadOnlySpan<byte> bytes)
    {
        var isOne = bytes.Length >= Length
            && BinaryPrimitives.ReadUInt64BigEndian(bytes) is 0x0001_0800_0604_0001 or 0x0001_0800_0604_0002;
        return isOne
            ? new ArpMessage(
                bytes[7] == 2,
                MacAddress.Read(bytes[8..]),
                Address.FromBytes(bytes[14..18]),
                MacAddress.Read(bytes[18..]),
                Address.FromBytes(bytes[24..28]))
            : null;
    }
}
