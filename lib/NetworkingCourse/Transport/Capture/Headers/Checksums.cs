using System.Buffers.Binary;
using System.Net;

namespace NetworkingCourse.Transport;

/// <summary>What is to be said of a checksum in a captured packet (RFC 1071; the pseudo-header is in RFC 9293, section 3.1, and RFC 8200, section 8.1).</summary>
internal static class Checksums
{
    /// <summary>Whether bytes that hold their own checksum add up.</summary>
    public static bool IsRight(ReadOnlySpan<byte> bytes) => Fold(Sum(bytes)) == 0xffff;

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

        if (segment.Length != ip.TotalLength - ip.HeaderLength)
        {
            return "not checked: the packet was cut";
        }

        var pseudo = PseudoHeader(ip);
        if (Fold(pseudo + Sum(segment)) == 0xffff)
        {
            return "right";
        }

        // What a system writes that leaves the rest to the network card. On loopback there is no card, and nobody looks.
        return checksum == Fold(pseudo) ? "begun, not finished: left to a network card, and loopback has none" : "wrong";
    }

    private static uint PseudoHeader(IpHeader ip)
    {
        Span<byte> address = stackalloc byte[16];
        var sum = (uint)ip.Protocol + (uint)(ip.TotalLength - ip.HeaderLength);
        foreach (var end in (IPAddress[])[ip.Source, ip.Destination])
        {
            end.TryWriteBytes(address, out var length);
            sum += Sum(address[..length]);
        }

        return sum;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (; bytes.Length > 1; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.Length == 1 ? sum + ((uint)bytes[0] << 8) : sum;
    }

    private static ushort Fold(uint sum)
    {
        while (sum > 0xffff)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)sum;
    }
}
