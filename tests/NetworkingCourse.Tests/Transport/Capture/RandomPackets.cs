using System.Net;
using CsCheck;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;
using static NetworkingCourse.Tests.Transport.PacketBytes;

namespace NetworkingCourse.Tests.Transport;

/// <summary>
/// Captures of whatever may arrive from outside, between a few hosts and ports, so that conversations arise, ports are shared,
/// and numbers collide. Packets are cut, out of order and repeated, with clocks that stand still or go back and with noise
/// in between.
/// </summary>
internal static class RandomPackets
{
    private const byte Tcp = 6;
    private const byte Udp = 17;

    private static readonly Gen<IPAddress> V4 = Gen.OneOfConst(Client, Server, Router, IPAddress.Broadcast,
        IPAddress.Parse("224.0.0.251"), IPAddress.Parse("127.0.0.1"));
    private static readonly Gen<IPAddress> V6 = Gen.OneOfConst(IPAddress.Parse("2001:db8::1"),
        IPAddress.Parse("2001:db8:85a3:1234:5678:8a2e:370:7334"), IPAddress.Parse("ff02::1"));
    private static readonly Gen<int> APort = Gen.OneOfConst(0, 53, 80, 4000, 4001, 50000);
    private static readonly Gen<byte[]> SomeData = Gen.Byte.Array[0, 80];

    private static readonly Gen<ControlBits> UsualFlags = Gen.OneOfConst(
        ControlBits.Syn, ControlBits.Syn | ControlBits.Ack, ControlBits.Ack, ControlBits.Fin | ControlBits.Ack, ControlBits.Rst);

    private static readonly Gen<byte[]> ASegment =
        from ports in Gen.Select(APort, APort)
        from flags in Gen.Frequency((3, UsualFlags), (1, Gen.Int[0, 255].Select(bits => (ControlBits)bits)))
        from sequence in Gen.Frequency((4, Gen.UInt[0, 300]), (1, Gen.UInt))
        from acknowledgment in Gen.Frequency((4, Gen.UInt[0, 300]), (1, Gen.UInt))
        from window in Gen.OneOfConst<ushort>(0, 1000, ushort.MaxValue)
        from options in Gen.Frequency((3, Gen.Const(Array.Empty<byte>())), (1, Gen.Byte.Array[4, 40]))
        from data in SomeData
        select WithOptions(Segment(ports.Item1, ports.Item2, flags, sequence, acknowledgment, [], window), options, data);

    private static readonly Gen<byte[]> ADatagram =
        from ports in Gen.Select(APort, APort)
        from data in SomeData
        from length in Gen.Frequency((4, Gen.Const((int?)null)), (1, Gen.Int[0, 120].Select(length => (int?)length)))
        select Datagram(ports.Item1, ports.Item2, data, length);

    private static readonly Gen<(byte Protocol, byte[] Bytes)> Carried = Gen.OneOf(
        ASegment.Select(bytes => (Tcp, bytes)), ADatagram.Select(bytes => (Udp, bytes)),
        Gen.Select(Gen.Bool, Gen.UShort[0, 5]).Select((isReply, number) => ((byte)1, Echo(isReply, number))),
        Gen.Select(Gen.Byte, Gen.Byte.Array[0, 40]));

    private static readonly Gen<byte[]> AnIpv4 =
        from ends in Gen.Select(V4, V4)
        from carried in Carried
        from total in Gen.Frequency((8, Gen.Const((int?)null)), (1, Gen.Int[0, 100].Select(total => (int?)total)))
        from fragment in Gen.Frequency((8, Gen.Const((ushort)0)), (1, Gen.UShort))
        select InIpv4(carried.Protocol, ends.Item1, ends.Item2, carried.Bytes, total, fragment);

    // Extension headers before the payload, in any order: with options, with a route, of a fragment.
    private static readonly Gen<byte[]> AnIpv6 =
        from ends in Gen.Select(V6, V6)
        from carried in Carried
        from extensions in Gen.Select(Gen.OneOfConst<byte>(0, 43, 44, 60), Gen.Byte.Array[6], Gen.Int[0, 2], V6).Array[0, 3]
        from length in Gen.Frequency((8, Gen.Const((int?)null)), (1, Gen.Int[0, 100].Select(length => (int?)length)))
        select Extended(ends.Item1, ends.Item2, carried, extensions, length);

    // A packet, or an error about one that quotes any amount of it.
    private static readonly Gen<byte[]> AnIp = Gen.Frequency(
        (4, AnIpv4), (2, AnIpv6),
        (1,
            from ends in Gen.Select(V4, V4)
            from error in AnError(Gen.OneOfConst<byte>(3, 5, 11), AnIpv4)
            select InIpv4(1, ends.Item1, ends.Item2, error)),
        (1,
            from ends in Gen.Select(V6, V6)
            from error in AnError(Gen.Byte[1, 4], AnIpv6)
            select InIpv6(58, ends.Item1, ends.Item2, error)));

    /// <summary>Packets of one kind of link.</summary>
    public static Gen<byte[]> On(LinkType link) => link switch
    {
        LinkType.Ethernet => Gen.Frequency(
            (6, AnIp.Select(ip => InEthernet(TypeOf(ip), ip))), (1, AnArp), (1, SomeData),
            (1, Gen.Select(Gen.UShort, SomeData).Select((type, data) => InEthernet(type, data)))),
        LinkType.LinuxCooked => AnIp.Select(ip => InSll(TypeOf(ip), ip)),
        LinkType.LinuxCooked2 => AnIp.Select(ip => InSll2(TypeOf(ip), ip)),
        LinkType.Null or LinkType.Loop => Gen.Select(AnIp, Gen.OneOfConst<byte>(2, 24, 30, 99))
            .Select((ip, family) => (byte[])[family, 0, 0, 0, .. ip]),
        LinkType.Raw or LinkType.Ipv4 or LinkType.Ipv6 => AnIp,
        _ => SomeData,
    };

    /// <summary>Captures of up to that many packets.</summary>
    public static Gen<RawPacket[]> Captures(int most) =>
        from link in Gen.Frequency((4, Gen.Const(LinkType.Ethernet)), (4, Gen.Enum<LinkType>()),
            (1, Gen.OneOfConst((LinkType)12, (LinkType)105, (LinkType)147)))
        from packets in Gen.Select(On(link), Gen.Frequency((5, Gen.Const(int.MaxValue)), (1, Gen.Int[0, 100])),
            Gen.Frequency((5, Gen.Const(true)), (1, Gen.Const(false))), Gen.Int[-50, 500]).Array[1, most]
        from again in Gen.Select(Gen.Int[0, most], Gen.Int[0, most]).Array[0, most / 4]
        select Captured(link, packets, again);

    private static Gen<byte[]> AnError(Gen<byte> types, Gen<byte[]> packets) =>
        from about in packets
        from kind in Gen.Select(types, Gen.Byte[0, 15])
        from quoted in Gen.Int[0, 120]
        select IcmpError(kind.Item1, kind.Item2, about[..Math.Min(quoted, about.Length)]);

    private static RawPacket[] Captured(LinkType link, (byte[] Bytes, int Most, bool IsSaid, int After)[] packets,
        (int Of, int Before)[] again)
    {
        var at = 1_000_000L;
        var all = packets.Select(packet => new RawPacket(
            link, at += 1000 * packet.After, packet.Bytes.AsMemory(0, Math.Min(packet.Most, packet.Bytes.Length)),
            packet.IsSaid ? packet.Bytes.Length : 0)).ToList();
        foreach (var (of, before) in again)
        {
            all.Insert(before % all.Count, all[of % all.Count]);
        }

        return [.. all];
    }

    private static readonly Gen<byte[]> AnArp =
        Gen.Select(Gen.Bool, V4, V4, Gen.Bool).Select((isReply, sender, target, isToAll) =>
            InEthernet(0x0806, [.. Arp(isReply, sender, target), .. new byte[18]], isToAll));

    private static ushort TypeOf(byte[] ip) => (ushort)(ip[0] >> 4 == 6 ? 0x86dd : 0x0800);

    private static byte[] WithOptions(byte[] segment, byte[] options, byte[] data)
    {
        var words = options.Length / 4;
        segment[12] = (byte)((5 + words) << 4);
        return [.. segment, .. options[..(words * 4)], .. data];
    }

    private static byte[] Extended(IPAddress from, IPAddress to, (byte Protocol, byte[] Bytes) carried,
        (byte Type, byte[] Body, int Addresses, IPAddress Address)[] extensions, int? length)
    {
        var (next, bytes) = carried;
        foreach (var (type, body, addresses, address) in extensions.Reverse())
        {
            // A fragment header's second byte is not a length; a route has addresses, and a type that says how they are used.
            bytes = type switch
            {
                44 => [next, 0, (byte)(body[0] % 2), body[1], .. body[2..], .. bytes],
                43 =>
                [
                    next, (byte)(2 * addresses), (byte)(body[0] % 5), (byte)(body[1] % 3), (byte)Math.Max(0, addresses - 1),
                    .. body[3..], .. Enumerable.Repeat(address.GetAddressBytes(), addresses).SelectMany(each => each), .. bytes,
                ],
                _ => [next, 0, .. body, .. bytes],
            };
            next = type;
        }

        return InIpv6(next, from, to, bytes, length);
    }
}
