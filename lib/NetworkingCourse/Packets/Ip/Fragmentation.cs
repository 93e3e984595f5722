using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// Fragments packets that are too long for a link. In IPv4 any router on the way may do so (RFC 791, section 3.2); in IPv6 only
/// the sender may, by means of an extension header (RFC 8200, section 4.5).
/// </summary>
public static class Fragmentation
{
    // Offsets are in units of 8 bytes, so the length of every fragment but the last is a multiple of 8.
    private const int Unit = 8;
    private const int FragmentHeader = 8;

    /// <summary>Fragments an IPv4 packet.</summary>
    /// <param name="packet">A packet, or a fragment that reaches a link with an even smaller MTU.</param>
    /// <param name="mtu">The link's MTU: the maximum length of a packet, in bytes, including its header.</param>
    /// <returns>The fragments, in order; the packet itself if it fits.</returns>
    /// <exception cref="InvalidOperationException">The packet does not fit, and must not be fragmented.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The MTU is too small for a header and 8 bytes.</exception>
    public static IReadOnlyList<Ipv4Packet> Split(Ipv4Packet packet, int mtu)
    {
        ArgumentNullException.ThrowIfNull(packet);
        var header = packet.Header;
        if (packet.Length <= mtu)
        {
            return [packet];
        }

        if (header.DontFragment)
        {
            throw new InvalidOperationException(InvariantText.Format(
                $"The packet has {packet.Length:N0} bytes, the link takes {mtu:N0}, and the packet says 'don't fragment'.")
                + " A router discards it and tells the sender: ICMP type 3, code 4 (RFC 792), with the link's MTU (RFC 1191).");
        }

        RequireRoom(mtu, header.Length);
        var fragments = new List<Ipv4Packet>();
        var later = header with { Options = Ipv4Options.Copied(header.Options) };
        for (var at = 0; at < packet.Payload.Length;)
        {
            var own = at == 0 ? header : later;
            var (length, isLast) = Piece(packet.Payload.Length - at, mtu - own.Length);
            // The last piece is not the last fragment if the packet being cut was itself not the last one.
            var cut = own with { FragmentOffset = header.FragmentOffset + at, MoreFragments = !isLast || header.MoreFragments };
            fragments.Add(new Ipv4Packet(cut, packet.Payload.Slice(at, length)));
            at += length;
        }

        return fragments;
    }

    /// <summary>Fragments an IPv6 packet, as its sender does.</summary>
    /// <param name="packet">An unfragmented packet.</param>
    /// <param name="mtu">
    /// The MTU of the path: the maximum length of a packet, in bytes, including its headers. Every IPv6 link takes 1,280 bytes
    /// (RFC 8200, section 5).
    /// </param>
    /// <param name="identification">The number that all fragments of the packet share.</param>
    /// <returns>The fragments, in order; the packet itself if it fits.</returns>
    /// <exception cref="ArgumentException">The packet is already a fragment: IPv6 does not fragment on the way.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The MTU is too small for the headers and 8 bytes.</exception>
    public static IReadOnlyList<Ipv6Packet> Split(Ipv6Packet packet, int mtu, uint identification)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (packet.Fragment is not null)
        {
            throw new ArgumentException(
                "The packet is already a fragment: only the sender of an IPv6 packet may fragment it.", nameof(packet));
        }

        if (packet.Length <= mtu)
        {
            return [packet];
        }

        // Every fragment repeats the headers that routers on the way examine, up to the Routing header. The other extension
        // headers are cut together with the payload.
        var every = packet.Extensions
            .Take(1 + packet.Extensions.ToList().FindLastIndex(extension =>
                extension.Type is IpProtocol.HopByHopOptions or IpProtocol.Routing))
            .ToList();
        var headers = Ipv6Header.Length + every.Sum(extension => extension.Length) + FragmentHeader;
        RequireRoom(mtu, headers);
        var first = every.Count < packet.Extensions.Count ? packet.Extensions[every.Count].Type : packet.Protocol;
        ReadOnlyMemory<byte> whole = packet.ToBytes().AsMemory(headers - FragmentHeader);
        var fragments = new List<Ipv6Packet>();
        for (var at = 0; at < whole.Length;)
        {
            var (length, isLast) = Piece(whole.Length - at, mtu - headers);
            fragments.Add(new Ipv6Packet(packet.Header, first, whole.Slice(at, length))
            {
                Extensions = [.. every, Ipv6Extension.Fragment(at, !isLast, identification)],
            });
            at += length;
        }

        return fragments;
    }

    /// <summary>Shows fragments as a table.</summary>
    public static Table Table(IEnumerable<Ipv4Packet> fragments) => new(
        ["fragment", "bytes", "payload bytes", "identification", "offset (bytes)", "more fragments"],
        fragments.Select(IReadOnlyList<object?> (fragment, i) =>
        [
            i + 1,
            fragment.Length,
            fragment.Payload.Length,
            $"0x{fragment.Header.Identification:x4}",
            fragment.Header.FragmentOffset,
            fragment.Header.MoreFragments ? "yes" : "no",
        ]));

    private static (int Length, bool IsLast) Piece(int left, int room) =>
        left <= room ? (left, true) : (room / Unit * Unit, false);

    private static void RequireRoom(int mtu, int headers)
    {
        if (mtu < headers + Unit)
        {
            throw new ArgumentOutOfRangeException(nameof(mtu), InvariantText.Format(
                $"An MTU of {mtu:N0} bytes has no room for {headers} bytes of headers and {Unit} of payload."));
        }
    }
}
