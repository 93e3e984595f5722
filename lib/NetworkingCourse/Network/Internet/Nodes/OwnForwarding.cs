using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>One router and one packet, as the learner's method sees them.</summary>
/// <param name="find">Finds a route.</param>
/// <param name="send">Sends a packet along a route.</param>
/// <param name="report">Drops the packet for a reason, and reports an ICMP error with a type, a code and an MTU.</param>
internal sealed class OwnForwarding(
    Func<uint, PrefixMatch<NextHop>?> find,
    Action<NextHop, byte[]> send,
    Action<string, (byte Type, byte Code), byte[], int> report) : ForwardingRouter
{
    /// <summary>Whether anything was sent or reported.</summary>
    public bool HasActed { get; private set; }

    public override ForwardingRoute? Find(Address destination) => find(destination.ToUInt32()) is { Value: var hop } match
        ? new ForwardingRoute(match.Prefix, hop.Out.Peer.Node.Name, hop.Out.Cable.Mtu, hop)
        : null;

    public override void Send(ForwardingRoute route, byte[] packet)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(packet);
        HasActed = true;
        send(route.Hop ?? throw new ArgumentException("The route is of another router.", nameof(route)), packet);
    }

    public override void Report(ForwardingError why, byte[] packet, int mtu = 0)
    {
        ArgumentNullException.ThrowIfNull(packet);
        HasActed = true;
        var (reason, message) = why switch
        {
            ForwardingError.TimeExceeded => ("time to live exceeded", (IcmpMessage.TimeExceeded, (byte)0)),
            ForwardingError.NoRoute => ("no route", (IcmpMessage.Unreachable, IcmpMessage.NetUnreachable)),
            _ => (
                InvariantText.Format($"{packet.Length:N0} bytes exceed the MTU of {mtu:N0}"),
                (IcmpMessage.Unreachable, IcmpMessage.FragmentationNeeded)),
        };
        report(reason, message, packet, mtu);
    }
}
