namespace NetworkingCourse.Network;

/// <summary>Where a route comes from; of several, the first is taken.</summary>
internal enum RouteOrigin
{
    /// <summary>A port is in the network itself.</summary>
    Connected,

    /// <summary>It was written down.</summary>
    Written,

    /// <summary>It was worked out from the whole map.</summary>
    Shortest,

    /// <summary>A neighbour told it, by RIP.</summary>
    Rip,
}

/// <summary>Where a router sends what matches a route.</summary>
/// <param name="Out">Through which port.</param>
/// <param name="Via">To which router on that link; null if the destination itself is on it.</param>
/// <param name="Origin">Where the route comes from.</param>
/// <param name="Metric">How far it is, as whoever told it counts.</param>
internal sealed record NextHop(Port Out, Address? Via, RouteOrigin Origin, int Metric = 0)
{
    public override string ToString() => Via is { } via ? $"via {via}, to {Out.Peer.Node.Name}" : $"on the link to {Out.Peer.Node.Name}";
}
