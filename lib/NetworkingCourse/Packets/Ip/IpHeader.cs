using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The parts of an IPv4 or IPv6 header that the layer above needs. The header is read field by field from the bytes received, so
/// that every field has its place in a byte view. The values are not judged, and as much as possible is read even from malformed
/// bytes. For validated packets, use <see cref="Ipv4Packet"/> and <see cref="Ipv6Packet"/>.
/// </summary>
/// <param name="Source">The sender's address.</param>
/// <param name="Destination">The receiver's address.</param>
/// <param name="Protocol">The protocol of the payload, after the header and the extension headers of IPv6.</param>
/// <param name="TimeToLive">
/// The remaining time-to-live, called <i>hop limit</i> in IPv6: every router decrements it, and discards the packet at 0.
/// </param>
/// <param name="HeaderLength">The length of the header in bytes, including options and extension headers.</param>
/// <param name="TotalLength">The length of header and payload in bytes, as stated by the header.</param>
public sealed record IpHeader(
    Address Source, Address Destination, IpProtocol Protocol, byte TimeToLive, int HeaderLength, int TotalLength)
{
    private const int V4AddressLength = 4;
    private const int V6AddressLength = 16;

    /// <summary>
    /// The length of header and payload in bytes: the total length, unless that is 0. It is 0 in jumbograms, which state their
    /// length in an option (RFC 2675), and in packets that the system leaves to its network card to segment; their length is
    /// taken from the capture.
    /// </summary>
    public int Length { get; init; } = TotalLength;

    /// <summary>
    /// The source address that the layer above uses: for a mobile host away from home, its home address (RFC 6275, section 6.3).
    /// </summary>
    internal Address EndSource { get; init; } = Source;

    /// <summary>
    /// The last address on the packet's route (RFC 8200, section 8.1); null if the route cannot be read.
    /// </summary>
    internal Address? EndDestination { get; init; } = Destination;

    /// <summary>Whether it is a fragment other than the first, so that no transport header follows.</summary>
    public bool IsLaterFragment { get; init; }

    /// <summary>Whether more fragments of the packet follow.</summary>
    public bool HasMoreFragments { get; init; }

    /// <summary>Reads a packet's header, and the extension headers of IPv6, each as a section of its own.</summary>
    /// <param name="sections">The reader; the packet begins at its current offset.</param>
    /// <param name="bytes">The bytes of all sections, up to the end of the packet.</param>
    /// <param name="version">4 or 6.</param>
    /// <param name="available">The number of bytes from the start of the packet on, before any were cut off.</param>
    /// <param name="of">A prefix for the names of the sections, if the packet is inside another one.</param>
    /// <param name="known">Receives what is known so far, before anything is read that may be cut off.</param>
    /// <exception cref="FormatException">The bytes end inside a header, or its lengths contradict each other.</exception>
    internal static IpHeader Read(
        SectionReader sections, ReadOnlyMemory<byte> bytes, int version, int available, string of = "",
        Action<IpHeader>? known = null) =>
        version == 6 ? ReadV6(sections, bytes, available, of, known)
            : sections.Read($"{of}IPv4 header", Layer.Network, bytes.Length, reader => ReadV4(reader, bytes, available, known));

    /// <summary>The IP version that a packet states; 0 if there is no byte to read it from.</summary>
    internal static int VersionAt(ReadOnlyMemory<byte> bytes, int offset) =>
        offset < bytes.Length ? bytes.Span[offset] >> 4 : 0;

    // RFC 791, section 3.1.
    private static IpHeader ReadV4(FieldReader reader, ReadOnlyMemory<byte> bytes, int available, Action<IpHeader>? known)
    {
        var start = reader.Offset;
        var length = (int)reader.Bits(1, ("version", 4, null), ("header length", 4, InWords))[1] * 4;
        reader.Bits(1, ("differentiated services", 6, null), ("congestion notification", 2, null));
        var total = reader.Number16("total length", _ => "header and payload, in bytes");
        reader.Number16("identification", _ => "the same in all fragments of a packet", hex: true);
        var fragment = reader.Bits(
            2,
            ("reserved bit", 1, null),
            ("don't fragment", 1, Yes),
            ("more fragments", 1, Yes),
            ("fragment offset", 13, InUnits));
        var timeToLive = reader.Number8("time to live", WhatIsLeft);
        var protocol = (IpProtocol)reader.Number8("protocol", NameOf);
        reader.Number16("header checksum", value => Judge(bytes.Span[start..], length, value), hex: true);
        var (source, destination) = (
            ReadAddress(reader, bytes, "source address", V4AddressLength),
            ReadAddress(reader, bytes, "destination address", V4AddressLength));
        if (length < Ipv4Header.MinimumLength)
        {
            throw new FormatException(InvariantText.Format(
                $"The header length is {length} bytes; the minimum is {Ipv4Header.MinimumLength}."));
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
                $"The total length of {total:N0} bytes is less than the header length of {length}."));
    }

    // RFC 8200, sections 3 and 4. Everything after a fragment header belongs to the packet that is to be reassembled.
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
        reader.Bits(
            4,
            ("version", 4, null),
            ("traffic class", 8, null),
            ("flow label", 20, value => InvariantText.Format($"0x{value:x5}: the same in all packets of a conversation")));
        var payload = reader.Number16("payload length", _ => "what follows this header, in bytes");
        var next = (IpProtocol)reader.Number8("next header", NameOf);
        var limit = reader.Number8("hop limit", WhatIsLeft);
        var (source, destination) = (
            ReadAddress(reader, bytes, "source address", V6AddressLength),
            ReadAddress(reader, bytes, "destination address", V6AddressLength));
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
        length > bytes.Length ? "not checked: the header is incomplete"
        : length >= Ipv4Header.MinimumLength && InternetChecksum.IsIntact(bytes[..length]) ? "right"
        : checksum == 0 ? "none: left to a network card, or wrong" : "wrong";

    private static string WhatIsLeft(byte left) =>
        left == 1 ? "the next router discards the packet" : "each router subtracts 1, and discards the packet at 0";

    internal static string NameOf(byte protocol) => IpProtocols.NameOf((IpProtocol)protocol);

    private static string InWords(uint words) => InvariantText.Format($"in words of 4 bytes: {words * 4} bytes");

    internal static string InUnits(uint units) => InvariantText.Format($"in units of 8 bytes: byte {units * 8:N0}");

    internal static string Yes(uint bit) => bit == 1 ? "yes" : "no";
}
