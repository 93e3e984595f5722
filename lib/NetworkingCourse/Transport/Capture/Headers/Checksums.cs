using System.Net;

namespace NetworkingCourse.Transport;

/// <summary>What is to be said of a checksum in a captured packet (RFC 1071; the pseudo-header is in RFC 9293, section 3.1, and RFC 8200, section 8.1).</summary>
internal static class Checksums
{
    /// <summary>What is to be said where the bytes that it is over are not all there.</summary>
    public const string OfAFragment = "not checked: it is over the whole packet, and this is a fragment";

    /// <summary>Says of a TCP or UDP checksum what it is.</summary>
    /// <param name="ip">The header before it, from which the pseudo-header is made.</param>
    /// <param name="segment">The whole segment or datagram, its checksum included.</param>
    /// <param name="checksum">The checksum as it stands there.</param>
    public static string Judge(IpHeader ip, ReadOnlySpan<byte> segment, ushort checksum)
    {
        if (checksum == 0 && ip.Protocol == IpHeader.Udp)
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

        var pseudo = PseudoHeader(ip);
        if (InternetChecksum.Fold(pseudo + InternetChecksum.Add(segment)) == InternetChecksum.AllOnes)
        {
            return "right";
        }

        // What a system writes that leaves the rest to the network card. On loopback there is no card, and nobody looks.
        return checksum == InternetChecksum.Fold(pseudo) ? "begun, not finished: left to a network card, and loopback has none" : "wrong";
    }

    private static ulong PseudoHeader(IpHeader ip)
    {
        Span<byte> address = stackalloc byte[16];
        var sum = ip.Protocol + (ulong)(ip.TotalLength - ip.HeaderLength);
        foreach (var end in (IPAddress[])[ip.Source, ip.Destination])
        {
            end.TryWriteBytes(address, out var length);
            sum += InternetChecksum.Add(address[..length]);
        }

        return sum;
    }
}
