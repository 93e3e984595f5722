using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse.Transport;

/// <summary>
/// Reads a message of the Address Resolution Protocol (RFC 826), which finds the MAC address for an IP address.
/// </summary>
internal static class ArpHeader
{
    private const ushort Request = 1;
    private const ushort Reply = 2;

    /// <returns>The message; null if it is not about Ethernet and IPv4 addresses, or is neither a request nor a reply.</returns>
    /// <exception cref="TruncatedException">The bytes end inside the message.</exception>
    public static ArpMessage? Read(FieldReader reader, ReadOnlyMemory<byte> bytes)
    {
        var message = bytes[reader.Offset..reader.End];
        reader.Number16("hardware type", value => value == 1 ? "Ethernet" : "");
        reader.Number16("protocol type", hex: true, meaning: value => LinkHeader.NameOf(value));
        int card = reader.Number8("hardware address length");
        int host = reader.Number8("protocol address length");
        var operation = reader.Number16("operation", Meaning);
        reader.Bytes("sender's hardware address", card, card == MacAddress.Length ? Card : null);
        reader.Bytes("sender's protocol address", host, host == 4 ? Host : null);
        var unknown = operation == Request ? "not known yet" : "";
        reader.Bytes("target's hardware address", card, card == MacAddress.Length ? Card : null, unknown);
        reader.Bytes("target's protocol address", host, host == 4 ? Host : null);
        return ArpMessage.Read(message.Span);
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
