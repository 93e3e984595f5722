using System.Net;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>
/// Makes packets of segments and datagrams that a relay has carried, with the headers of Linux's loopback interface.
/// </summary>
internal sealed class RelayedPackets(RelayClock clock)
{
    private readonly List<RawPacket> _packets = [];
    private ushort _identification = (ushort)Random.Shared.Next();

    public IReadOnlyList<RawPacket> All => _packets;

    /// <param name="timestamp">When it passed, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    /// <param name="from">The sender, with an IPv4 address.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="segment">The segment or datagram.</param>
    /// <param name="missing">The number of bytes at its end that stand for bytes that were not kept.</param>
    public void Add(
        long timestamp,
        IPEndPoint from,
        IPEndPoint to,
        IpProtocol protocol,
        ReadOnlyMemory<byte> segment,
        int missing = 0)
    {
        var (source, destination) = (Address.From(from.Address), Address.From(to.Address));
        var header = new Ipv4Header(source, destination, protocol) { Identification = _identification++, DontFragment = true };
        var frame = new Ipv4Packet(header, segment).ToFrame(default, default);
        _packets.Add(new RawPacket(LinkType.Ethernet, clock.Nanoseconds(timestamp), frame.AsMemory()[..^missing], frame.Length));
    }
}
