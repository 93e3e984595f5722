using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

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
    public const int Length = 28;

    private const ushort Ethernet = 1;
    private const ushort Request = 1;
    private const ushort Reply = 2;

    /// <summary>Writes the message.</summary>
    /// <param name="bytes">The destination; at least <see cref="Length"/> bytes.</param>
    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, Ethernet);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], EtherType.Ipv4);
        (bytes[4], bytes[5]) = (MacAddress.Length, 4);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], IsReply ? Reply : Request);
        SenderMac.WriteTo(bytes[8..]);
        Sender.WriteTo(bytes[14..]);
        TargetMac.WriteTo(bytes[18..]);
        Target.WriteTo(bytes[24..]);
    }

    /// <summary>Parses a message.</summary>
    /// <returns>The message; null if it is not about Ethernet and IPv4 addresses, or is neither a request nor a reply.</returns>
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

    /// <summary>Reads a message field by field, so that every field has its place in a byte view.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    /// <exception cref="TruncatedException">The bytes end inside the message.</exception>
    public static ArpMessage? Read(FieldReader reader, ReadOnlyMemory<byte> bytes)
    {
        var message = bytes[reader.Offset..reader.End];
        reader.Number16("hardware type", value => value == Ethernet ? "Ethernet" : "");
        reader.Number16("protocol type", hex: true, meaning: value => EtherType.NameOf(value));
        int card = reader.Number8("hardware address length");
        int host = reader.Number8("protocol address length");
        var operation = reader.Number16("operation", Meaning);
        reader.Bytes("sender's hardware address", card, card == MacAddress.Length ? Card : null);
        reader.Bytes("sender's protocol address", host, host == 4 ? Host : null);
        var unknown = operation == Request ? "not known yet" : "";
        reader.Bytes("target's hardware address", card, card == MacAddress.Length ? Card : null, unknown);
        reader.Bytes("target's protocol address", host, host == 4 ? Host : null);
        return Read(message.Span);
    }

    private static string Meaning(ushort operation) => operation switch
    {
        Request => "request: who has the target's protocol address?",
        Reply => "reply: the sender has",
        _ => "",
    };

    private static string Card(ReadOnlyMemory<byte> bytes) => MacAddress.Read(bytes.Span).ToString();

    private static string Host(ReadOnlyMemory<byte> bytes) => Address.FromBytes(bytes.Span).ToString();
}
