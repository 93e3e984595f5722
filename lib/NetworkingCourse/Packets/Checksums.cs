
namespace NetworkingCourse.Packets;

/// <summary>
/// Verifies the checksums in captured packets, and gives the verdict in words.
/// </summary>
internal static class Checksums
{
    // The verdict where some of the bytes that the checksum covers are missing.
    private const string OfAFragment = "not checked: it covers the whole packet, and this is a fragment";

    /// <summary>Checks the checksum of TCP, UDP or ICMP and gives the verdict in words.</summary>
    /// <param name="ip">The IP header, from which the pseudo-header is made.</param>
    /// <param name="segment">The segment or datagram as far as it was captured, including its checksum.</param>
    /// <param name="length">The length of the segment or datagram in bytes when it was sent.</param>
    /// <param name="checksum">The checksum in the header.</param>
    public static string Judge(IpHeader ip, ReadOnlySpan<byte> segment, int length, ushort checksum)
    {
        if (checksum == 0 && ip.Protocol == IpProtocol.Udp)
        {
            return "none was computed";
        }

        if (ip.HasMoreFragments)
        {
            return OfAFragment;
        }

        if (segment.Length < length)
        {
            return "not checked: some of the bytes it covers are missing";
        }

        // ICMP for IPv4 has no pseudo-header; ICMPv6 has one (RFC 4443, section 2.3).
        if (ip.Protocol != IpProtocol.Icmp && ip.EndDestination is null)
        {
            return "not checked: the route does not give the packet's final destination";
        }

        var pseudo = ip.Protocol == IpProtocol.Icmp ? 0
            : InternetChecksum.AddPseudoHeader(ip.EndSource, ip.EndDestination!.Value, ip.Protocol, length);
        if (InternetChecksum.Fold(pseudo + InternetChecksum.Add(segment)) == InternetChecksum.AllOnes)
        {
            return "right";
        }

        // A system that offloads the checksum to the network card writes only the sum of the pseudo-header.
        return pseudo == 0 || checksum != InternetChecksum.Fold(pseudo) ? "wrong"
            : ip.Source.IsLoopback ? "begun, not finished: left to a network card, and loopback has none"
            : "begun, not finished: left to the network card, which the packet had not reached yet";
    }
}
