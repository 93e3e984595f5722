using System.Numerics;
using NetworkingCourse.Packets;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// A DHCP client (RFC 2131, section 4.4). It does not believe the server alone: before it uses an address, it probes whether
/// another machine on the link has it (RFC 5227).
/// </summary>
internal sealed class DhcpClient(Host host, Action<DhcpMessage> bound)
{
    private const int MaxTries = 4;
    private const int Probes = 3; // RFC 5227, section 1.1, as the times below
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnnounceWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnnounceInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterDecline = TimeSpan.FromSeconds(10); // RFC 2131, section 3.1
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4); // RFC 2131, section 4.1; doubled each time

    private readonly SeededRandom _random = host.Internet.Simulator.NewRandom();
    private DhcpMessage? _waiting;
    private DhcpMessage? _lease;
    private SimulatedTimer _timer;

    private Port Port => host.Ports[0];

    private Simulator Simulator => host.Internet.Simulator;

    public void Start()
    {
        host.Listen(DhcpMessage.ClientPort, (_, datagram, _) => Receive(DhcpMessage.Parse(datagram.Data)));
        host.Arp.Heard += Heard;
        Discover();
    }

    private void Discover()
    {
        byte[] wanted = [DhcpOption.SubnetMask, DhcpOption.Router, DhcpOption.NameServer];
        Ask(Message(DhcpType.Discover, (uint)_random.NextBits(), new DhcpOption(DhcpOption.ParameterList, wanted)));
    }

    private DhcpMessage Message(DhcpType type, uint transaction, params DhcpOption[] options) =>
        DhcpMessage.Of(type, transaction, Port.Mac, options);

    // Sends a message again and again, until it is answered or the client gives up.
    private void Ask(DhcpMessage message, int tries = 1)
    {
        _waiting = message;
        Send(message);
        if (tries < MaxTries)
        {
            _timer = Simulator.After(Patience * (1 << (tries - 1)), () => Ask(message, tries + 1));
        }
    }

    private void Receive(DhcpMessage message)
    {
        if (message.Client != Port.Mac || message.Transaction != _waiting?.Transaction)
        {
            return;
        }

        switch (_waiting.Type, message.Type)
        {
            case (DhcpType.Discover, DhcpType.Offer):
                Simulator.Cancel(_timer);
                Ask(Message(DhcpType.Request, message.Transaction, OfLease(message)));
                break;
            case (DhcpType.Request, DhcpType.Ack):
                Simulator.Cancel(_timer);
                (_waiting, _lease) = (null, message);
                Simulator.After(_random.NextUpTo(Second), () => Probe(message, 1));
                break;
            case (DhcpType.Request, DhcpType.Nak):
                Simulator.Cancel(_timer);
                Discover();
                break;
        }
    }

    private static DhcpOption[] OfLease(DhcpMessage lease) =>
    [
        DhcpOption.Of(DhcpOption.RequestedAddress, lease.YourAddress),
        DhcpOption.Of(DhcpOption.ServerIdentifier, lease.AddressIn(DhcpOption.ServerIdentifier) ?? Address.V4(0)),
    ];

    // A probe asks for the address from 0.0.0.0, so that no neighbour caches an address that the host may not keep.
    private void Probe(DhcpMessage lease, int number)
    {
        if (_lease != lease)
        {
            return;
        }

        SendArp(Address.V4(0), lease.YourAddress);
        Simulator.After(
            number < Probes ? Second + _random.NextUpTo(Second) : AnnounceWait,
            () =>
            {
                if (number < Probes)
                {
                    Probe(lease, number + 1);
                }
                else if (_lease == lease)
                {
                    Bind(lease);
                }
            });
    }

    private void Bind(DhcpMessage lease)
    {
        host.Arp.Heard -= Heard;
        host.Unlisten(DhcpMessage.ClientPort);
        var mask = lease.AddressIn(DhcpOption.SubnetMask)?.ToUInt32() ?? uint.MaxValue;
        host.Configure(Port, lease.YourAddress, BitOperations.PopCount(mask));
        if (lease.AddressIn(DhcpOption.Router) is { } gateway)
        {
            host.Routes.Enter(Prefix.Parse("0.0.0.0/0"), new NextHop(Port, gateway, RouteOrigin.Written));
        }

        SendArp(lease.YourAddress, lease.YourAddress);
        Simulator.After(AnnounceInterval, () => SendArp(lease.YourAddress, lease.YourAddress));
        bound(lease);
    }

    private void Heard(ArpMessage message)
    {
        var isProbe = message.Sender.ToUInt32() == 0 && message.SenderMac != Port.Mac;
        if (_lease is { } lease && (message.Sender == lease.YourAddress || (isProbe && message.Target == lease.YourAddress)))
        {
            _lease = null;
            Send(Message(DhcpType.Decline, (uint)_random.NextBits(), OfLease(lease)));
            Simulator.After(AfterDecline, Discover);
        }
    }

    private void SendArp(Address sender, Address target) =>
        Port.Transmit(Frame.Of(new ArpMessage(false, Port.Mac, sender, default, target), MacAddress.Broadcast, null));

    private void Send(DhcpMessage message) => host.SendThrough(
        Port,
        Address.V4(uint.MaxValue),
        new UdpDatagram(DhcpMessage.ClientPort, DhcpMessage.ServerPort, message.ToBytes()),
        timeToLive: 64);
}
