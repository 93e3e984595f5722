using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// What a machine of the simulation knows of IPv6: its addresses on one link, and those of its neighbours (RFC 4861). It forwards
/// nothing.
/// </summary>
internal sealed class Ipv6Neighbour
{
    private readonly Port _port;

    public Ipv6Neighbour(Port port, IpNode node)
    {
        _port = port;
        node.Ipv6Received = (at, packet) =>
        {
            if (at == port)
            {
                Receive(packet);
            }
        };
    }

    /// <summary>Raised for each valid message.</summary>
    public event Action<NeighbourMessage>? Received;

    public List<Address> Own { get; } = [];

    public Dictionary<Address, MacAddress> Known { get; } = [];

    public Address LinkLocal => Ipv6Addressing.AddressOf(Ipv6Addressing.LinkLocal, _port.Mac);

    public void Send(NeighbourMessage message)
    {
        var packet = message.ToPacket().ToBytes();
        var frame = Frame.For(EtherType.Ipv6, packet.Length, null);
        packet.CopyTo(frame.Payload);
        frame.Source = _port.Mac;
        frame.Destination = message.Destination.IsMulticast
            ? Ipv6Addressing.CardOf(message.Destination)
            : Known[message.Destination];
        _port.Transmit(frame);
    }

    private void Receive(Ipv6Packet packet)
    {
        NeighbourMessage message;
        try
        {
            message = NeighbourMessage.Parse(packet);
        }
        catch (FormatException)
        {
            return; // invalid messages are silently discarded (RFC 4861, section 7.1)
        }

        var isForMe = message.Destination.IsMulticast
            ? message.Destination == Ipv6Addressing.AllNodes || message.Destination == Ipv6Addressing.AllRouters
                || Own.Exists(own => Ipv6Addressing.SolicitedNode(own) == message.Destination)
            : Own.Contains(message.Destination);
        var isUnspecified = message.Source.Bits == 0;
        if (message.LinkLayerAddress is { } card && !isUnspecified)
        {
            Known[message.Type == NeighbourType.NeighbourAdvertisement ? message.Target!.Value : message.Source] = card;
        }

        if (message is { Type: NeighbourType.NeighbourSolicitation, Target: { } target } && Own.Contains(target) && isForMe)
        {
            // Who asks without an address cannot be answered alone.
            Send(new NeighbourMessage(
                NeighbourType.NeighbourAdvertisement, target, isUnspecified ? Ipv6Addressing.AllNodes : message.Source)
            {
                Target = target,
                LinkLayerAddress = _port.Mac,
            });
        }

        Received?.Invoke(message);
    }
}
