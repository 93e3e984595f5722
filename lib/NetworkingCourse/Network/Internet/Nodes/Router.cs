using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// A router. It forwards packets (RFC 1812, section 5): it finds the longest matching prefix, decrements the time-to-live, and
/// sends the packet to the next hop.
/// </summary>
internal sealed class Router(Internet internet, string name, int number) : IpNode(internet, name, number)
{
    private readonly Ipv4Reassembler _forTranslation = new();

    public override DiagramNodeKind Kind => DiagramNodeKind.Router;

    /// <summary>The RIP process that learns routes from neighbours; null if the router does not run RIP.</summary>
    public RipProcess? Rip { get; set; }

    /// <summary>The address translation; null if the router does not translate addresses.</summary>
    public AddressTranslation? Nat { get; set; }

    /// <summary>Decides which packets pass between the port outside and the others; null if all do.</summary>
    public (PacketFilter Filter, Port Outside)? Firewall { get; set; }

    /// <summary>Forwards packets in place of the router; null if the router does so itself.</summary>
    public ForwardPacket? Forwarding { get; set; }

    public override void CableChanged(Port port)
    {
        Arp.Forget(port);
        Rip?.CableChanged(port);
    }

    /// <summary>The routing table, ordered by prefix.</summary>
    public Table Table() => new(
        ["prefix", "next hop", "port to", "origin", "metric"],
        Routes.All.OrderBy(route => route.Prefix).Select(IReadOnlyList<object?> (route) =>
        [
            route.Prefix,
            route.Value.Via?.ToString() ?? "on the link",
            route.Value.Out.Peer.Node.Name,
            InvariantText.Of(route.Value.Origin),
            route.Value.Metric,
        ]));

    protected override bool Intercepts(Port port, Frame frame, uint destination) =>
        Nat is { } nat && nat.IsForInside(port, frame);

    protected override void Forward(Port port, Frame frame, int length)
    {
        if (Forwarding is { } forward)
        {
            ForwardBy(forward, frame, length);
            return;
        }

        if (frame.Payload.Span[8] <= 1)
        {
            Drop(frame.Trace, "time to live exceeded");
            SendError(IcmpMessage.TimeExceeded, 0, frame.Payload[..length], frame.Trace);
            return;
        }

        ReadOnlyMemory<byte>? original = null;
        if (Nat is { } nat)
        {
            if (Whole(frame, ref length) is not { } whole)
            {
                return;
            }

            (frame, original) = (whole, whole.Payload[..length].ToArray());
            if (!nat.Inbound(port, frame))
            {
                return;
            }
        }

        var destination = DestinationOf(frame);
        if (Routes.Find(destination, out var match) <= 0)
        {
            Drop(frame.Trace, $"no route to {Address.V4(destination)}");
            SendError(IcmpMessage.Unreachable, IcmpMessage.NetUnreachable, original ?? frame.Payload[..length], frame.Trace);
            return;
        }

        if (!PassesFirewall(port, match.Value.Out, frame) || (Nat is not null && !Nat.Outbound(match.Value.Out, frame)))
        {
            return;
        }

        var left = Ipv4Header.DecrementTimeToLive(frame.Payload.Span);
        frame.Trace?.Add(this, InvariantText.Format($"forwarded, TTL {left}: {match.Prefix} is {match.Value}"), match.Value.Out);
        SendOut(match.Value, destination, frame, length, original);
    }

    // It sees the addresses of hosts inside: those of arriving packets have been translated already, those of leaving ones not
    // yet.
    private bool PassesFirewall(Port from, Port to, Frame frame)
    {
        if (Firewall is not { } firewall || (from == firewall.Outside) == (to == firewall.Outside))
        {
            return true;
        }

        var packet = new PacketEditor(frame.Payload.Span[..BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.Span[2..])]);
        var seen = new FilteredPacket(
            to == firewall.Outside,
            packet.Protocol,
            new NatEndpoint(packet.SourceAddress, packet.SourcePort ?? 0),
            new NatEndpoint(packet.DestinationAddress, packet.DestinationPort ?? 0));
        if (firewall.Filter.Passes(seen))
        {
            frame.Trace?.Add(this, "the firewall lets it pass");
            return true;
        }

        Drop(frame.Trace, "the firewall does not let it pass");
        return false;
    }

    private void ForwardBy(ForwardPacket forward, Frame frame, int length)
    {
        var trace = frame.Trace;
        var acting = new OwnForwarding(
            destination => Routes.Find(destination, out var match) > 0 ? match : null,
            (hop, packet) => SendAsItIs(hop, packet, trace),
            (reason, error, packet, mtu) =>
            {
                Drop(trace, reason);
                SendError(error.Type, error.Code, packet, trace, mtu);
            });
        forward(frame.Payload[..length].ToArray(), acting);
        if (!acting.HasActed)
        {
            Drop(trace, "neither sent nor reported");
        }
    }

    private void SendAsItIs(NextHop hop, byte[] packet, PacketTrace? trace)
    {
        if (packet.Length > hop.Out.Cable.Mtu || packet.Length < Ipv4Header.MinimumLength)
        {
            Drop(
                trace,
                InvariantText.Format($"{packet.Length:N0} bytes do not fit the link, which takes {hop.Out.Cable.Mtu:N0}"));
            return;
        }

        trace?.Add(this, InvariantText.Format($"forwarded, TTL {packet[8]}: {hop}"), hop.Out);
        var frame = Frame.For(EtherType.Ipv4, packet.Length, trace);
        packet.CopyTo(frame.Payload);
        Resolve(hop.Out, hop.Via?.ToUInt32() ?? DestinationOf(frame), frame);
    }

    // Only the first fragment contains the ports, so a router that translates ports reassembles packets first (RFC 3022, section
    // 6.3).
    private Frame? Whole(Frame frame, ref int length)
    {
        var packet = Ipv4Packet.Parse(frame.Payload[..length]);
        if (!packet.Header.IsFragment)
        {
            return frame;
        }

        if (_forTranslation.Add(packet, Internet.Now).Packet is not { } whole)
        {
            frame.Trace?.Add(this, "keeps a fragment until all have arrived: only the first contains the ports");
            return null;
        }

        length = whole.Length;
        var all = Frame.For(EtherType.Ipv4, length, frame.Trace);
        whole.ToBytes().CopyTo(all.Payload);
        return all;
    }
}
