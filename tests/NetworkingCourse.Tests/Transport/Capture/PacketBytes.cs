using System.Buffers.Binary;
using System.Net;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Transport;

/// <summary>Packets put together byte by byte, correct or not as a test needs them.</summary>
internal static class PacketBytes
{
    public static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");
    public static readonly IPAddress Server = IPAddress.Parse("198.51.100.7");
    public static readonly IPAddress Router = IPAddress.Parse("10.0.0.9");

    public static byte[] Segment(int from, int to, ControlBits flags, uint sequence, uint acknowledgment, byte[] data,
        ushort window = 1000) =>
    [
        .. Number16(from), .. Number16(to), .. Number32(sequence), .. Number32(acknowledgment),
        0x50, (byte)flags, .. Number16(window), 0, 0, 0, 0, .. data,
    ];

    public static byte[] Datagram(int from, int to, byte[] data, int? length = null) =>
        [.. Number16(from), .. Number16(to), .. Number16(length ?? data.Length + 8), 0, 0, .. data];

    public static byte[] Echo(bool isReply, ushort sequence) =>
        [(byte)(isReply ? 0 : 8), 0, 0, 0, 0, 1, .. Number16(sequence), .. "hi"u8];

    /// <summary>An ICMP error that quotes as much of a packet as it is given.</summary>
    public static byte[] IcmpError(byte type, byte code, byte[] quoted) => [type, code, 0, 0, 0, 0, 0, 0, .. quoted];

    public static byte[] Arp(bool isReply, IPAddress sender, IPAddress target) =>
    [
        0, 1, 8, 0, 6, 4, 0, (byte)(isReply ? 2 : 1), .. Card(sender), .. sender.GetAddressBytes(),
        .. isReply ? Card(target) : new byte[6], .. target.GetAddressBytes(),
    ];

    /// <summary>The same with its checksum, which also covers the addresses.</summary>
    public static byte[] Checked(byte protocol, IPAddress from, IPAddress to, byte[] payload)
    {
        var checksum = InternetChecksum.Of(
            (byte[])[.. from.GetAddressBytes(), .. to.GetAddressBytes(), 0, protocol, .. Number16(payload.Length), .. payload]);
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(protocol == 6 ? 16 : 6), checksum);
        return payload;
    }

    public static byte[] InIpv4(byte protocol, IPAddress from, IPAddress to, byte[] payload, int? total = null,
        ushort fragment = 0)
    {
        byte[] packet =
        [
            0x45, 0, .. Number16(total ?? payload.Length + 20), 0, 1, .. Number16(fragment), 64, protocol, 0, 0,
            .. from.GetAddressBytes(), .. to.GetAddressBytes(), .. payload,
        ];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), InternetChecksum.Of(packet.AsSpan(0, 20)));
        return packet;
    }

    public static byte[] InIpv6(byte next, IPAddress from, IPAddress to, byte[] payload, int? length = null) =>
        [0x60, 0, 0, 0, .. Number16(length ?? payload.Length), next, 64, .. from.GetAddressBytes(), .. to.GetAddressBytes(),
            .. payload];

    public static byte[] InEthernet(ushort type, byte[] payload, bool toAll = false) =>
        [.. toAll ? Convert.FromHexString("ffffffffffff") : Card(Server), .. Card(Client), .. Number16(type), .. payload];

    /// <summary>As <c>tcpdump -i any</c> writes it: "cooked", in its first and second version.</summary>
    public static byte[] InSll(ushort type, byte[] payload) =>
        [0, 0, 0, 1, 0, 6, .. Card(Client), 0, 0, .. Number16(type), .. payload];

    public static byte[] InSll2(ushort type, byte[] payload) =>
        [.. Number16(type), 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, .. Card(Client), 0, 0, .. payload];

    // One card per host, so that frames and addresses agree.
    private static byte[] Card(IPAddress host) => [2, 0, .. host.GetAddressBytes()[^4..]];

    private static byte[] Number16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Number32(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
