using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;
using PacketDotNet;

namespace NetworkingCourse.Tests.Transport;

/// <summary>Packets made by another library, for ours to parse.</summary>
internal static class MadePackets
{
    public static readonly IPEndPoint Client = new(IPAddress.Loopback, 50000);
    public static readonly IPEndPoint Server = new(IPAddress.Loopback, 80);

    public static CapturedPacket Tcp(int number, bool fromClient, ControlBits flags, uint sequence, uint acknowledgment,
        int length = 0, ushort window = 1000)
    {
        var (from, to) = fromClient ? (Client, Server) : (Server, Client);
        var tcp = new TcpPacket((ushort)from.Port, (ushort)to.Port)
        {
            SequenceNumber = sequence,
            AcknowledgmentNumber = acknowledgment,
            Flags = (ushort)flags,
            WindowSize = window,
            PayloadData = new byte[length],
        };
        return new CapturedPacket(number,
            new RawPacket(LinkType.Ethernet, number * 1000, InEthernet(InIpv4(tcp, from.Address, to.Address)), 0), 0);
    }

    public static IPv4Packet InIpv4(Packet payload, IPAddress from, IPAddress to, byte timeToLive = 64)
    {
        var ip = new IPv4Packet(from, to) { TimeToLive = timeToLive, PayloadPacket = payload };
        (payload as TcpPacket)?.UpdateTcpChecksum();
        (payload as UdpPacket)?.UpdateUdpChecksum();
        ip.UpdateIPChecksum();
        return ip;
    }

    public static byte[] InEthernet(IPPacket ip)
    {
        var type = ip is IPv6Packet ? EthernetType.IPv6 : EthernetType.IPv4;
        var (from, to) = (PhysicalAddress.Parse("020000000001"), PhysicalAddress.Parse("020000000002"));
        return new EthernetPacket(from, to, type) { PayloadPacket = ip }.Bytes;
    }

    /// <summary>As the loopback of macOS and Npcap frames it, in either byte order.</summary>
    public static byte[] InNull(IPPacket ip, uint family, bool bigEndian)
    {
        var header = new byte[4];
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header, family);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header, family);
        }

        return [.. header, .. ip.Bytes];
    }
}
