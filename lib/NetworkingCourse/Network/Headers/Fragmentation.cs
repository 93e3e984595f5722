using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// Cuts packets that are too long for a link. In IPv4 any router may do so on the way (RFC 791, section 3.2); in IPv6 the sender alone, with an extension
/// header (RFC 8200, section 4.5).
/// </summary>
public static class Fragmentation
{
    // Offsets count in units of 8 bytes, so every fragment but the last has a multiple of 8.
    private const int Unit = 8;
    private const int FragmentHeader = 8;

    /// <summary>Cuts an IPv4 packet.</summary>
    /// <param name="packet">A packet, or a fragment that meets a link with a smaller MTU still.</param>
    /// <param name="mtu">The link's MTU: how many bytes a packet on it has at the most, its header included.</param>
    /// <returns>The fragments in order; the packet itself if it fits.</returns>
    /// <exception cref="InvalidOperationException">It does not fit, and may not be cut.</exception>
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
                $"The packet has {packet.Length:N0} bytes, the link takes {mtu:N0}, and the packet says 'don't fragment'. A router discards it, and tells the sender: ICMP type 3, code 4 (RFC 1191)."));
        }

        RequireRoom(mtu, header.Length);
        var fragments = new List<Ipv4Packet>();
        var later = header with { Options = Ipv4Options.Copied(header.Options) };
        for (var at = 0; at < packet.Payload.Length;)
        {
            var own = at == 0 ? header : later;
            var (length, isLast) = Piece(packet.Payload.Length - at, mtu - own.Length);
            // The last piece of a fragment that was not the last is not the last either.
            var cut = own with { FragmentOffset = header.FragmentOffset + at, MoreFragments = !isLast || header.MoreFragments };
            fragments.Add(new Ipv4Packet(cut, packet.Payload.Slice(at, length)));
            at += length;
        }

        return fragments;
    }

    /// <summary>Cuts an IPv6 packet, as its sender does.</summary>
    /// <param name="packet">A whole packet.</param>
    /// <param name="mtu">The MTU of the path: how many bytes a packet on it has at the most. Every link of IPv6 takes 1,280 (RFC 8200, section 5).</param>
    /// <param name="identification">By which number its fragments are to know each other.</param>
    /// <returns>The fragments in order; the packet itself if it fits.</returns>
    /// <exception cref="ArgumentException">It is a fragment already: on the way IPv6 is not fragmented.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The MTU is too small for the headers and 8 bytes.</exception>
    public static IReadOnlyList<Ipv6Packet> Split(Ipv6Packet packet, int mtu, uint identification)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (packet.Fragment is not null)
        {
            throw new ArgumentException("The packet is a fragment already: only the sender of an IPv6 packet may cut it.", nameof(packet));
        }

        if (packet.Length <= mtu)
        {
            return [packet];
        }

        // What routers on the way look at, up to the Routing header, stands before every fragment; the rest is cut with the payload.
        var every = packet.Extensions.Take(1 + packet.Extensions.ToList().FindLastIndex(extension => extension.Type is IpProtocol.HopByHopOptions or IpProtocol.Routing)).ToList();
        var headers = Ipv6Header.Length + every.Sum(extension => extension.Length) + FragmentHeader;
        RequireRoom(mtu, headers);
        var first = every.Count < packet.Extensions.Count ? packet.Extensions[every.Count].Type : packet.Protocol;
        ReadOnlyMemory<byte> whole = packet.ToBytes().AsMemory(headers - FragmentHeader);
        var fragments = new List<Ipv6Packet>();
        for (var at = 0; at < whole.Length;)
        {
            var (length, isLast) = Piece(whole.Length - at, mtu - headers);
            fragments.Add(new Ipv6Packet(packet.Header, first, whole.Slice(at, length)) { Extensions = [.. every, Ipv6Extension.Fragment(at, !isLast, identification)] });
            at += length;
        }

        return fragments;
    }

    /// <summary>Fragments as a table.</summary>
    public static Table Table(IEnumerable<Ipv4Packet> fragments) => new(
        ["fragment", "bytes", "of them payload", "identification", "offset (bytes)", "more fragments"],
        fragments.Select(IReadOnlyList<object?> (fragment, i) =>
            [i + 1, fragment.Length, fragment.Payload.Length, $"0x{fragment.Header.Identification:x4}", fragment.Header.FragmentOffset, fragment.Header.MoreFragments ? "yes" : "no"]));

    private static (int Length, bool IsLast) Piece(int left, int room) => left <= room ? (left, true) : (room / Unit * Unit, false);

    private static void RequireRoom(int mtu, int headers)
    {
        if (mtu < headers + Unit)
        {
            throw new ArgumentOutOfRangeException(nameof(mtu), InvariantText.Format($"An MTU of {mtu:N0} bytes has no room for {headers} bytes of headers and {Unit} of payload."));
        }
    }
}
