using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// A DHCP server on a router (RFC 2131, section 4.3): it leases the addresses of a range on one link, and tells clients the mask,
/// the gateway and the name server.
/// </summary>
internal sealed class DhcpServer
{
    private const uint Lease = 86_400; // a day, in seconds

    private readonly Router _router;
    private readonly Port _port;
    private readonly (uint First, uint Last) _range;
    private readonly Address _names;
    private readonly Dictionary<uint, MacAddress> _leased = [];

    public DhcpServer(Router router, Port port, (uint First, uint Last) range, Address names)
    {
        (_router, _port, _range, _names) = (router, port, range, names);
        router.Listen(DhcpMessage.ServerPort, (_, datagram, _) => Receive(DhcpMessage.Parse(datagram.Data)));
    }

    private void Receive(DhcpMessage message)
    {
        var isForMe = message.AddressIn(DhcpOption.ServerIdentifier) is not { } server || server == _port.Address;
        var wanted = message.AddressIn(DhcpOption.RequestedAddress)?.ToUInt32() ?? 0;
        switch (message.Type)
        {
            case DhcpType.Discover when Choose(message.Client) is { } free:
                _leased[free] = message.Client;
                Answer(message, DhcpType.Offer, free);
                break;
            case DhcpType.Request when isForMe && _leased.TryGetValue(wanted, out var owner) && owner == message.Client:
                Answer(message, DhcpType.Ack, wanted);
                break;
            case DhcpType.Request when isForMe:
                Send(DhcpMessage.Of(DhcpType.Nak, message.Transaction, message.Client, Identity()));
                break;
            case DhcpType.Decline when isForMe:
                _leased[wanted] = default; // another machine uses it, so it is never offered again
                break;
        }
    }

    private uint? Choose(MacAddress client)
    {
        for (var address = _range.First; address <= _range.Last; address++)
        {
            if (!_router.Owns(address) && (!_leased.TryGetValue(address, out var owner) || owner == client))
            {
                return address;
            }
        }

        return null;
    }

    private DhcpOption Identity() => DhcpOption.Of(DhcpOption.ServerIdentifier, _port.Address!.Value);

    private void Answer(DhcpMessage message, DhcpType type, uint address)
    {
        var answer = DhcpMessage.Of(
            type,
            message.Transaction,
            message.Client,
            Identity(),
            DhcpOption.Of(DhcpOption.LeaseTime, Lease),
            DhcpOption.Of(DhcpOption.SubnetMask, _port.Network!.Value.Mask),
            DhcpOption.Of(DhcpOption.Router, _port.Address!.Value),
            DhcpOption.Of(DhcpOption.NameServer, _names));
        Send(answer with { YourAddress = Address.V4(address) });
    }

    private void Send(DhcpMessage message) => _router.SendThrough(
        _port,
        Address.V4(uint.MaxValue),
        new UdpDatagram(DhcpMessage.ServerPort, DhcpMessage.ClientPort, message.ToBytes()),
        timeToLive: 64);
}
