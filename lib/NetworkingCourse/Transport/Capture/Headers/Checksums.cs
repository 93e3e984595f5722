using NetworkingCourse.Network;

namespace NetworkingCourse.Transport;

/// <summary>What is to be said of a checksum in a captured packet (RFC 1071; the pseudo-header is in RFC 9293, section 3.1, and RFC 8200, section 8.1).</summary>
internal static class Checksums
{
    // What is to be said where the bytes that it is over are not all there.
    private const string OfAFragment = "not checked: it is over the whole packet, and this is a fragment";

    /// <summary>Says of the checksum of TCP, UDP or ICMP what it is.</summary>
    /// <param name="ip">The header before it, from which the pseudo-header is made.</param>
    /// <param name="segment">The segment or datagram as far as it is there, its checksum included.</param>
    /// <param name="length">How many bytes it had when it was sent.</param>
    /// <param name="checksum">The checksum as it stands there.</param>
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
            return "not checked: not all that it is over is here";
        }

        // ICMP came before the idea; ICMPv6 has one (RFC 4443, section 2.3).
        if (ip.Protocol != IpProtocol.Icmp && ip.EndDestination is null)
        {
            return "not checked: the route does not say for whom the packet is in the end";
        }

        var pseudo = ip.Protocol == IpProtocol.Icmp ? 0 : PseudoHeader(ip, length);
        if (InternetChecksum.Fold(pseudo + InternetChecksum.Add(segment)) == InternetChecksum.AllOnes)
        {
            return "right";
        }

        // What a system writes that leaves the rest to the network card.
        return pseudo == 0 || checksum != InternetChecksum.Fold(pseudo) ? "wrong"
            : ip.Source.IsLoopback ? "begun, not finished: left to a network card, and loopback has none"
            : "begun, not finished: left to the network card, which the packet had not reached yet";
    }

    private static ulong PseudoHeader(IpHeader ip, int length) =>
        (ulong)ip.Protocol + (ulong)length
        + InternetChecksum.Add(ip.EndSource.ToBytes()) + InternetChecksum.Add(ip.EndDestination!.Value.ToBytes());
}
