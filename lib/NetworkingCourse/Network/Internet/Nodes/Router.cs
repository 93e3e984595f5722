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

        if (Nat is not null && !Nat.Outbound(match.Value.Out, frame))
        {
            return;
        }

        var left = Ipv4Header.DecrementTimeToLive(frame.Payload.Span);
        frame.Trace?.Add(this, InvariantText.Format($"forwarded, TTL {left}: {match.Prefix} is {match.Value}"), match.Value.Out);
        SendOut(match.Value, destination, frame, length, original);
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
