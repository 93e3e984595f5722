using NetworkingCourse.Network;

namespace NetworkingCourse.Transport;

/// <summary>What is to be said of a checksum in a captured packet (RFC 1071; the pseudo-header is in RFC 9293, section 3.1, and RFC 8200, section 8.1).</summary>
internal static class Checksums
{
    // What is to be said where the bytes that it is over are not all there.
    private const string OfAFragment = "not checked: it is over the whole packet, and this is a fragment";

    /// <summary>Says of the checksum of TCP, UDP or ICMP what it is.</summary>
    /// <param name="ip">The header before it, from which the pseudo-header is made.</param>
    /// <param name="segment">The whole segment or datagram, its checksum included.</param>
    /// <param name="checksum">The checksum as it stands there.</param>
    public static string Judge(IpHeader ip, ReadOnlySpan<byte> segment, ushort checksum)
    {
        if (checksum == 0 && ip.Protocol == IpProtocol.Udp)
        {
            return "none was computed";
        }

        if (ip.HasMoreFragments)
        {
            return OfAFragment;
        }

        if (segment.Length != ip.TotalLength - ip.HeaderLength)
        {
            return "not checked: the packet was cut";
        }

        // ICMP came before the idea; ICMPv6 has one (RFC 4443, section 2.3).
        var pseudo = ip.Protocol == IpProtocol.Icmp ? 0 : PseudoHeader(ip);
        if (InternetChecksum.Fold(pseudo + InternetChecksum.Add(segment)) == InternetChecksum.AllOnes)
        {
            return "right";
        }

        // What a system writes that leaves the rest to the network card. On loopback there is no card, and nobody looks.
        return pseudo > 0 && checksum == InternetChecksum.Fold(pseudo) ? "begun, not finished: left to a network card, and loopback has none" : "wrong";
    }

    private static ulong PseudoHeader(IpHeader ip) =>
        (ulong)ip.Protocol + (ulong)(ip.TotalLength - ip.HeaderLength) + InternetChecksum.Add(ip.Source.ToBytes()) + InternetChecksum.Add(ip.Destination.ToBytes());
}
