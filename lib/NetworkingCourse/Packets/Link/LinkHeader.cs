using System.Buffers.Binary;
using System.Globalization;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>The header before the IP header: the protocol that follows, and the cards' addresses if the link has any.</summary>
/// <param name="Follows">
/// The EtherType of what follows (IEEE 802; the numbers are in IANA's registry). For an Ethernet frame with LLC, its length,
/// which is below 1,536. Null if the header does not say.
/// </param>
/// <param name="Source">The sender's card; null if the header does not name it.</param>
/// <param name="Destination">The destination card; null if the header does not name it.</param>
internal readonly record struct LinkHeader(int? Follows, MacAddress? Source = null, MacAddress? Destination = null)
{
    /// <summary>Reads the link header of a packet.</summary>
    /// <param name="sections">The reader, positioned at the beginning of the packet.</param>
    /// <param name="bytes">The packet.</param>
    /// <param name="link">The type of link.</param>
    /// <exception cref="TruncatedException">The bytes end inside it.</exception>
    public static LinkHeader Read(SectionReader sections, ReadOnlyMemory<byte> bytes, LinkType link) => link switch
    {
        LinkType.Ethernet => sections.Read("Ethernet header", Layer.Link, bytes.Length, reader => ReadEthernet(reader, bytes)),
        LinkType.Null or LinkType.Loop =>
            sections.Read("loopback header", Layer.Link, bytes.Length, reader => ReadNull(reader, bytes)),
        LinkType.LinuxCooked => sections.Read("cooked header", Layer.Link, bytes.Length, reader => ReadCooked(reader, bytes)),
        LinkType.LinuxCooked2 => sections.Read("cooked header", Layer.Link, bytes.Length, reader => ReadCooked2(reader, bytes)),
        LinkType.Ipv4 => new LinkHeader(EtherType.Ipv4),
        LinkType.Ipv6 => new LinkHeader(EtherType.Ipv6),
        // 12 and 14 are system-specific numbers for the same thing; some files contain them.
        LinkType.Raw or (LinkType)12 or (LinkType)14 =>
            new LinkHeader(IpHeader.VersionAt(bytes, 0) switch { 4 => EtherType.Ipv4, 6 => (int?)EtherType.Ipv6, _ => null }),
        _ => default,
    };

    /// <summary>The reason why the header does not say what follows, as a sentence.</summary>
    public static string ExplainUnknown(LinkType link)
    {
        var name = (int)link switch
        {
            9 or 50 => "PPP, ",
            105 => "Wi-Fi frames, ",
            127 or 192 => "Wi-Fi frames with radio information, ",
            187 or 201 => "Bluetooth, ",
            189 or 220 or 249 => "USB, ",
            _ => "",
        };
        return link is LinkType.Null or LinkType.Loop or LinkType.Raw ? "This is not an IP packet."
            : InvariantText.Format($"This type of link is not dissected here: {name}link type {(int)link}.");
    }

    private static LinkHeader ReadEthernet(FieldReader reader, ReadOnlyMemory<byte> bytes)
    {
        var destination = ReadAddress(reader, bytes, "destination address", Meaning);
        var source = ReadAddress(reader, bytes, "source address");
        return new LinkHeader(ReadType(reader, "type", MeaningOrLength), source, destination);
    }

    // A VLAN tag comes before the type of the frame's contents (IEEE 802.1Q). Tags can be nested.
    private static int ReadType(FieldReader reader, string name, Func<ushort, string> meaning)
    {
        int type = reader.Number16(name, hex: true, meaning: meaning);
        while (EtherType.IsTag(type))
        {
            reader.Bits(2, ("VLAN priority", 3, null), ("drop eligible", 1, null), ("VLAN", 12, null));
            type = reader.Number16(name, hex: true, meaning: meaning);
        }

        return type;
    }

    private static string Meaning(ushort type) => $"{EtherType.NameOf(type)} follows";

    private static string MeaningOrLength(ushort type) =>
        type < EtherType.Lowest ? "the frame's length: LLC follows" : Meaning(type);

    // The address family is in the byte order of the capturing machine, and its numbers differ between systems.
    private static LinkHeader ReadNull(FieldReader reader, ReadOnlyMemory<byte> bytes)
    {
        var family = 0u;
        if (reader.Remaining >= 4)
        {
            family = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[reader.Offset..]);
            family = family > 0xffff ? BinaryPrimitives.ReverseEndianness(family) : family;
        }

        reader.Bytes(
            "address family", 4, _ => family.ToString(CultureInfo.InvariantCulture),
            "2 is IPv4; IPv6 is 10, 23, 24, 28 or 30, depending on the system");
        return new LinkHeader(family switch
        {
            2 => (int?)EtherType.Ipv4,
            10 or 23 or 24 or 28 or 30 => EtherType.Ipv6,
            _ => null,
        });
    }

    // LINKTYPE_LINUX_SLL: the kernel's own uniform header, which hides the differences between interfaces (packet(7)).
    private static LinkHeader ReadCooked(FieldReader reader, ReadOnlyMemory<byte> bytes)
    {
        var to = reader.Number16("packet type", To);
        reader.Number16("hardware type", Hardware);
        var source = ReadCookedAddress(reader, bytes, reader.Number16("address length"));
        return new LinkHeader(ReadType(reader, "protocol", Meaning), source, to == 1 ? MacAddress.Broadcast : null);
    }

    private static LinkHeader ReadCooked2(FieldReader reader, ReadOnlyMemory<byte> bytes)
    {
        int follows = reader.Number16("protocol", hex: true, meaning: Meaning);
        reader.Number16("reserved");
        reader.Number32("interface", _ => "the interface's number on the capturing machine");
        reader.Number16("hardware type", Hardware);
        var to = reader.Number8("packet type", value => To(value));
        var source = ReadCookedAddress(reader, bytes, reader.Number8("address length"));
        return new LinkHeader(follows, source, to == 1 ? MacAddress.Broadcast : null);
    }

    // The field has 8 bytes, whatever the length says.
    private static MacAddress? ReadCookedAddress(FieldReader reader, ReadOnlyMemory<byte> bytes, int length)
    {
        const int room = 8;
        if (length != MacAddress.Length)
        {
            reader.Bytes("sender's address", room);
            return null;
        }

        var source = ReadAddress(reader, bytes, "sender's address");
        reader.Bytes("unused", room - length);
        return source;
    }

    private static string Hardware(ushort type) => type switch { 1 => "Ethernet", 772 => "loopback", 65534 => "none", _ => "" };

    private static string To(ushort type) => type switch
    {
        0 => "to this machine",
        1 => "broadcast",
        2 => "to a group",
        3 => "to another machine",
        4 => "from this machine",
        _ => "",
    };

    private static string Meaning(MacAddress address) => address.Bits == 0 ? "loopback has no card, and no address"
        : address == MacAddress.Broadcast ? "broadcast" : address.IsGroup ? "a group" : "";

    private static MacAddress ReadAddress(
        FieldReader reader, ReadOnlyMemory<byte> bytes, string name, Func<MacAddress, string>? meaning = null)
    {
        var address = reader.Remaining >= MacAddress.Length ? MacAddress.Read(bytes.Span[reader.Offset..]) : default;
        reader.Bytes(name, MacAddress.Length, _ => address.ToString(), meaning?.Invoke(address) ?? "");
        return address;
    }
}
