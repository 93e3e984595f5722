using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>The types of DHCP messages (RFC 2132, section 9.6).</summary>
public enum DhcpType : byte
{
    /// <summary>A client looks for servers.</summary>
    Discover = 1,

    /// <summary>A server offers an address.</summary>
    Offer = 2,

    /// <summary>A client asks for the address that a server has offered.</summary>
    Request = 3,

    /// <summary>A client has found that another machine uses the address.</summary>
    Decline = 4,

    /// <summary>A server has leased the address to the client.</summary>
    Ack = 5,

    /// <summary>A server refuses the request.</summary>
    Nak = 6,

    /// <summary>A client gives its address back.</summary>
    Release = 7,
}

/// <summary>
/// A DHCP message (RFC 2131, section 2): the fixed fields that it has from BOOTP, and options. It displays itself byte by byte.
/// </summary>
/// <param name="Transaction">A random number by which a client recognises the answers to its own messages.</param>
/// <param name="Client">The client's link-layer address.</param>
/// <param name="Options">The options, without pad and end.</param>
public sealed record DhcpMessage(uint Transaction, MacAddress Client, IReadOnlyList<DhcpOption> Options) : ShownRecord
{
    internal const ushort ServerPort = 67;
    internal const ushort ClientPort = 68;

    private const uint MagicCookie = 0x6382_5363; // RFC 2131, section 3
    private const ushort BroadcastFlag = 0x8000;
    private const int OptionsAt = 240;
    private const int Shortest = 300; // RFC 951, section 3: programs that know only BOOTP expect as much

    /// <summary>The type of message.</summary>
    /// <exception cref="InvalidOperationException">There is no such option.</exception>
    public DhcpType Type => Options.FirstOrDefault(option => option.Code == DhcpOption.MessageType && option.Data.Length == 1)
        is { } type ? (DhcpType)type.Data.Span[0] : throw new InvalidOperationException("The message has no type.");

    /// <summary>The address that the server offers or has leased; 0.0.0.0 in messages of a client.</summary>
    public Address YourAddress { get; init; } = Address.V4(0);

    private bool IsReply => Type is DhcpType.Offer or DhcpType.Ack or DhcpType.Nak;

    /// <summary>The message as sent.</summary>
    public byte[] ToBytes()
    {
        var length = OptionsAt + Options.Sum(option => 2 + option.Data.Length) + 1;
        var bytes = new byte[Math.Max(Shortest, length)];
        (bytes[0], bytes[1], bytes[2]) = (IsReply ? (byte)2 : (byte)1, 1, MacAddress.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Transaction);
        // The client has no address yet, so it cannot receive packets that are for one: the server is to answer everyone.
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), BroadcastFlag);
        YourAddress.WriteTo(bytes.AsSpan(16));
        Client.WriteTo(bytes.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(OptionsAt - 4), MagicCookie);
        var at = OptionsAt;
        foreach (var option in Options)
        {
            (bytes[at], bytes[at + 1]) = (option.Code, (byte)option.Data.Length);
            option.Data.Span.CopyTo(bytes.AsSpan(at + 2));
            at += 2 + option.Data.Length;
        }

        bytes[at] = DhcpOption.End;
        return bytes;
    }

    /// <summary>Parses a message.</summary>
    /// <exception cref="FormatException">The bytes are not a DHCP message; the exception's text says why.</exception>
    public static DhcpMessage Parse(ReadOnlyMemory<byte> bytes) => Read(new FieldReader(bytes) { IsSilent = true });

    /// <summary>The message as it is sent, field by field.</summary>
    public ByteView View()
    {
        var bytes = ToBytes();
        var reader = new FieldReader(bytes);
        Read(reader);
        if (reader.Remaining > 0)
        {
            reader.Bytes("padding", reader.Remaining, _ => "zeros", "BOOTP messages have at least 300 bytes");
        }

        return new ByteView($"DHCP {InvariantText.Of(Type)}", Layer.Application, bytes, reader.Fields);
    }

    /// <inheritdoc/>
    public override string ToHtml() => View().ToHtml();

    /// <summary>The message as one line of text.</summary>
    public override string ToString() =>
        $"DHCP {InvariantText.Of(Type)}{(IsReply ? $" {YourAddress}" : "")}: {string.Join("; ", Options.Skip(1))}";

    internal static DhcpMessage Of(DhcpType type, uint transaction, MacAddress client, params DhcpOption[] options) =>
        new(transaction, client, [new DhcpOption(DhcpOption.MessageType, new[] { (byte)type }), .. options]);

    internal Address? AddressIn(byte code) =>
        Options.FirstOrDefault(option => option.Code == code && option.Data.Length == 4) is { } found
            ? Address.FromBytes(found.Data.Span)
            : null;

    private static DhcpMessage Read(FieldReader reader)
    {
        reader.Number8("operation", value => value switch { 1 => "from a client", 2 => "from a server", _ => "" });
        reader.Number8("hardware type", value => value == 1 ? "Ethernet" : "");
        reader.Number8("hardware address length");
        reader.Number8("hops", _ => "relays that passed it on");
        var transaction = reader.Number32("transaction", _ => "chosen by the client", hex: true);
        reader.Number16("seconds");
        reader.Number16("flags", value => value == BroadcastFlag ? "answer by broadcast" : "", hex: true);
        Host(reader, "client's address");
        var yours = Host(reader, "your address");
        Host(reader, "next server");
        Host(reader, "relay");
        var client = MacAddress.Read(
            reader.Bytes("client's hardware address", MacAddress.Length, bytes => $"{MacAddress.Read(bytes.Span)}").Span);
        reader.Bytes("unused", 16 - MacAddress.Length, _ => "zeros");
        reader.Bytes("server name, file", 192, _ => "zeros", "used by BOOTP only");
        var cookie = reader.Number32("magic cookie", _ => "options follow", hex: true);
        return cookie == MagicCookie
            ? new DhcpMessage(transaction, client, DhcpOption.Read(reader)) { YourAddress = yours }
            : throw new FormatException(InvariantText.Format($"The magic cookie is 0x{cookie:x8}, not 0x{MagicCookie:x8}."));
    }

    private static Address Host(FieldReader reader, string name) =>
        Address.FromBytes(reader.Bytes(name, 4, bytes => Address.FromBytes(bytes.Span).ToString()).Span);
}
