using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>An IP header, of either version, as far as the layer above needs it.</summary>
/// <param name="Source">Who sent the packet.</param>
/// <param name="Destination">For whom it is.</param>
/// <param name="Protocol">What follows: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6 (IANA's registry of protocol numbers).</param>
/// <param name="TimeToLive">How many routers it may still pass; <i>hop limit</i> in IPv6.</param>
/// <param name="HeaderLength">How many bytes the header has.</param>
/// <param name="TotalLength">How many bytes header and payload have, as the header says.</param>
/// <param name="IsLaterFragment">Whether it is a fragment other than the first, so that no header follows.</param>
public sealed record IpHeader(IPAddress Source, IPAddress Destination, byte Protocol, byte TimeToLive, int HeaderLength, int TotalLength, bool IsLaterFragment)
{
    internal const byte Icmp = 1;
    internal const byte Tcp = 6;
    internal const byte Udp = 17;
    internal const byte Icmp6 = 58;

    /// <summary>Whether the rest of the packet is in other fragments.</summary>
    public bool HasMoreFragments { get; init; }

    /// <summary>Reads an IPv4 header (RFC 791, section 3.1).</summary>
    /// <exception cref="TruncatedException">The bytes end inside it.</exception>
    internal static IpHeader Read4(FieldReader reader, ReadOnlyMemory<byte> bytes)
    {
        var start = reader.Offset;
        var words = reader.Bits(1, ("version", 4, null), ("header length", 4, length => $"in words of 4 bytes: {length * 4} bytes"))[1];
        reader.Bits(1, ("differentiated services", 6, null), ("congestion notification", 2, null));
        var total = reader.Number16("total length", _ => "header and payload, in bytes");
        reader.Number16("identification", _ => "the same in all fragments of a packet", hex: true);
        var fragment = reader.Bits(2, ("reserved bit", 1, null), ("don't fragment", 1, YesNo), ("more fragments", 1, YesNo), ("fragment offset", 13, null));
        var timeToLive = reader.Number8("time to live", _ => "how many routers may pass it on");
        var protocol = reader.Number8("protocol", NameOf);
        var header = (int)words * 4;
        reader.Number16("header checksum", _ => header >= 20 && start + header <= bytes.Length && InternetChecksum.IsIntact(bytes.Span.Slice(start, header)) ? "right" : "wrong", hex: true);
        var source = Address(reader, "source address", 4);
        var destination = Address(reader, "destination address", 4);
        if (header > 20)
        {
            reader.Bytes("options", header - 20);
        }

        return new IpHeader(source, destination, protocol, timeToLive, Math.Max(header, 20), total, fragment[3] != 0) { HasMoreFragments = fragment[2] == 1 };
    }

    /// <summary>Reads an IPv6 header (RFC 8200, section 3). Extension headers are not followed.</summary>
    /// <exception cref="TruncatedException">The bytes end inside it.</exception>
    internal static IpHeader Read6(FieldReader reader)
    {
        const int length = 40;
        reader.Bits(4, ("version", 4, null), ("traffic class", 8, null), ("flow label", 20, null));
        var payload = reader.Number16("payload length", _ => "what follows this header, in bytes");
        var protocol = reader.Number8("next header", NameOf);
        var limit = reader.Number8("hop limit", _ => "how many routers may pass it on");
        return new IpHeader(Address(reader, "source address", 16), Address(reader, "destination address", 16), protocol, limit, length, length + payload, false);
    }

    private static IPAddress Address(FieldReader reader, string name, int length) => new(reader.Bytes(name, length, bytes => new IPAddress(bytes.Span).ToString()).Span);

    private static string NameOf(byte protocol) => protocol switch { Icmp => "ICMP", Tcp => "TCP", Udp => "UDP", Icmp6 => "ICMPv6", _ => "" };

    private static string YesNo(uint bit) => bit == 1 ? "yes" : "no";
}
