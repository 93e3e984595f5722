using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>
/// What the layer above needs of an IP header, of either version: read field by field from whatever has come, so that every field has its place in a byte
/// view. It judges nothing, and reads as much as it can of bytes that make no sense; whoever wants packets that are in order has
/// <see cref="Ipv4Packet"/> and <see cref="Ipv6Packet"/>.
/// </summary>
/// <param name="Source">Who sent the packet.</param>
/// <param name="Destination">For whom it is.</param>
/// <param name="Protocol">What follows the header, and the extension headers of IPv6.</param>
/// <param name="TimeToLive">What is left of it: each router takes 1 away, and throws the packet away at 0; <i>hop limit</i> in IPv6.</param>
/// <param name="HeaderLength">How many bytes the header has, options and extension headers included.</param>
/// <param name="TotalLength">How many bytes header and payload have, as the header says.</param>
public sealed record IpHeader(Address Source, Address Destination, IpProtocol Protocol, byte TimeToLive, int HeaderLength, int TotalLength)
{
    private const int V4AddressLength = 4;
    private const int V6AddressLength = 16;

    /// <summary>
    /// How many bytes header and payload have: the total length, except where that is 0. It is 0 in jumbograms, which have their
    /// length in an option (RFC 2675), and in packets that a system gives its network card to cut up, which are as long as what
    /// was captured.
    /// </summary>
    public int Length { get; init; } = TotalLength;

    /// <summary>
    /// The sender as the layer above knows it: of a host that is away from home, its home address (RFC 6275, section 6.3).
    /// </summary>
    internal Address EndSource { get; init; } = Source;

    /// <summary>The last address on the packet's route (RFC 8200, section 8.1); null if the route cannot be read.</summary>
    internal Address? EndDestination { get; init; } = Destination;

    /// <summary>Whether it is a fragment other than the first, so that no header of the layer above follows.</summary>
    public bool IsLaterFragment { get; init; }

    /// <summary>Whether the rest of the packet is in later fragments.</summary>
    public bool HasMoreFragments { get; init; }

    /// <summary>Reads the header of a packet, and the extension headers of IPv6, a section each.</summary>
    /// <param name="sections">Where to read; the packet begins where they have come to.</param>
    /// <param name="bytes">All bytes of the sections, as far as they are the packet's.</param>
    /// <param name="version">4 or 6.</param>
    /// <param name="available">How many bytes there were from the beginning of the packet on, before any were cut off.</param>
    /// <param name="of">What comes before the sections' names, if the packet is inside another.</param>
    /// <param name="known">Told what is known so far, before anything is read that may be cut off.</param>
    /// <exception cref="FormatException">The bytes end inside a header, or its lengths contradict each other.</exception>
    internal static IpHeader Read(
        SectionReader sections, ReadOnlyMemory<byte> bytes, int version, int available, string of = "",
        Action<IpHeader>? known = null) =>
        version == 6 ? ReadV6(sections, bytes, available, of, known)
            : sections.Read($"{of}IPv4 header", Layer.Network, bytes.Length, reader => ReadV4(reader, bytes, available, known));

    /// <summary>Which version of IP a packet says that it is of; 0 if there is none.</summary>
    internal static int VersionAt(ReadOnlyMemory<byte> bytes, int offset) => offset < bytes.Length ? bytes.Span[offset] >> 4 : 0;

    // RFC 791, section 3.1.
    private static IpHeader ReadV4(FieldReader reader, ReadOnlyMemory<byte> bytes, int available, Action<IpHeader>? known)
    {
        var start = reader.Offset;
        var length = (int)reader.Bits(1, ("version", 4, null), ("header length", 4, InWords))[1] * 4;
        reader.Bits(1, ("differentiated services", 6, null), ("congestion notification", 2, null));
        var total = reader.Number16("total length", _ => "header and payload, in bytes");
        reader.Number16("identification", _ => "the same in all fragments of a packet", hex: true);
        var fragment = reader.Bits(2, ("reserved bit", 1, null), ("don't fragment", 1, Yes), ("more fragments", 1, Yes), ("fragment offset", 13, InUnits));
        var timeToLive = reader.Number8("time to live", WhatIsLeft);
        var protocol = (IpProtocol)reader.Number8("protocol", NameOf);
        reader.Number16("header checksum", value => Judge(bytes.Span[start..], length, value), hex: true);
        var (source, destination) = (ReadAddress(reader, bytes, "source address", V4AddressLength), ReadAddress(reader, bytes, "destination address", V4AddressLength));
        if (length < Ipv4Header.MinimumLength)
        {
            throw new FormatException(InvariantText.Format(
                $"The header says that it has {length} bytes; it has at least {Ipv4Header.MinimumLength}."));
        }

        var header = new IpHeader(source, destination, protocol, timeToLive, length, total)
        {
            Length = total == 0 ? available : total,
            IsLaterFragment = fragment[3] != 0,
            HasMoreFragments = fragment[2] == 1,
        };
        known?.Invoke(header);
        if (length > Ipv4Header.MinimumLength)
        {
            var options = reader.Bytes("options", length - Ipv4Header.MinimumLength);
            header = header with { EndDestination = Ipv4Options.LastOfRoute(options.Span) ?? destination };
        }

        return header.Length >= length ? header
            : throw new FormatException(InvariantText.Format(
                $"The packet says that it has {total:N0} bytes, and its header that it has {length}."));
    }

    // RFC 8200, sections 3 and 4. What follows a fragment header belongs to the packet that is to be put together again.
    private static IpHeader ReadV6(
        SectionReader sections, ReadOnlyMemory<byte> bytes, int available, string of, Action<IpHeader>? known)
    {
        var start = sections.Offset;
        var header = sections.Read($"{of}IPv6 header", Layer.Network, bytes.Length, reader => ReadV6(reader, bytes, available));
        known?.Invoke(header);
        for (var isFragment = false; IpProtocols.IsExtension(header.Protocol) && !isFragment;)
        {
            isFragment = header.Protocol == IpProtocol.Fragment;
            var end = Math.Min(start + header.Length, bytes.Length);
            var name = $"{of}extension header: {IpProtocols.NameOf(header.Protocol)}";
            header = sections.Read(name, Layer.Network, end, reader => Ipv6ExtensionFields.Read(reader, bytes, header));
            header = header with { HeaderLength = sections.Offset - start };
            known?.Invoke(header);
        }

        return header;
    }

    private static IpHeader ReadV6(FieldReader reader, ReadOnlyMemory<byte> bytes, int available)
    {
        reader.Bits(4, ("version", 4, null), ("traffic class", 8, null), ("flow label", 20, value => InvariantText.Format($"0x{value:x5}: the same in all packets of a conversation")));
        var payload = reader.Number16("payload length", _ => "what follows this header, in bytes");
        var next = (IpProtocol)reader.Number8("next header", NameOf);
        var limit = reader.Number8("hop limit", WhatIsLeft);
        var (source, destination) = (ReadAddress(reader, bytes, "source address", V6AddressLength), ReadAddress(reader, bytes, "destination address", V6AddressLength));
        var total = Ipv6Header.Length + payload;
        return new IpHeader(source, destination, next, limit, Ipv6Header.Length, total)
        {
            Length = payload == 0 && next != IpProtocol.NoNextHeader ? Math.Max(available, total) : total,
        };
    }

    internal static Address ReadAddress(FieldReader reader, ReadOnlyMemory<byte> bytes, string name, int length)
    {
        var address = reader.Remaining >= length ? Address.FromBytes(bytes.Span.Slice(reader.Offset, length)) : default;
        reader.Bytes(name, length, _ => address.ToString(), reader.IsSilent ? "" : SpecialPurpose.Describe(address));
        return address;
    }

    private static string Judge(ReadOnlySpan<byte> bytes, int length, ushort checksum) =>
        length > bytes.Length ? "not checked: not all of the header is here"
        : length >= Ipv4Header.MinimumLength && InternetChecksum.IsIntact(bytes[..length]) ? "right"
        : checksum == 0 ? "none: left to a network card, or wrong" : "wrong";

    private static string WhatIsLeft(byte left) => left == 1 ? "the next router throws it away" : "each router takes 1 away, and throws it away at 0";

    internal static string NameOf(byte protocol) => IpProtocols.NameOf((IpProtocol)protocol);

    private static string InWords(uint words) => InvariantText.Format($"in words of 4 bytes: {words * 4} bytes");

    internal static string InUnits(uint units) => InvariantText.Format($"in units of 8 bytes: byte {units * 8:N0}");

    internal static string Yes(uint bit) => bit == 1 ? "yes" : "no";
}
