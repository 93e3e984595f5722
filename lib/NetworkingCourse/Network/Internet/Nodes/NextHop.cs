using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>The origin of a route. If several routes match, the origin listed first wins.</summary>
internal enum RouteOrigin
{
    /// <summary>The router has a port in the network.</summary>
    Connected,

    /// <summary>A static route from the topology's text.</summary>
    Written,

    /// <summary>A shortest path, computed from the complete map.</summary>
    Shortest,

    /// <summary>Learned from a neighbour by RIP.</summary>
    Rip,
}

/// <summary>The next hop of a route: where a node sends the packets that match it.</summary>
/// <param name="Out">The port through which packets leave.</param>
/// <param name="Via">The router on that link to which packets are sent; null if the destination itself is on the link.</param>
/// <param name="Origin">The origin of the route.</param>
/// <param name="Metric">The distance to the destination, in the metric of the origin.</param>
internal sealed record NextHop(Port Out, Address? Via, RouteOrigin Origin, int Metric = 0)
{
    public override string ToString() =>
        Via is { } via ? $"via {via}, to {Out.Peer.Node.Name}" : $"on the link to {Out.Peer.Node.Name}";
}
