namespace NetworkingCourse.Network;

/// <summary>What a router advertises about a route to the neighbour from which it has learned the route.</summary>
public enum SplitHorizon
{
    /// <summary>The same as to all other neighbours.</summary>
    Off,

    /// <summary>Nothing (RFC 2453, section 3.4.3).</summary>
    Simple,

    /// <summary>That the destination is unreachable: <i>poisoned reverse</i>.</summary>
    PoisonedReverse,
}

/// <summary>The options of distance-vector routing.</summary>
public sealed record DistanceVectorOptions
{
    /// <summary>
    /// What is advertised to the neighbour from which a route was learned; by default the same as to all others.
    /// </summary>
    public SplitHorizon SplitHorizon { get; init; }

    /// <summary>The distance that means unreachable; 16 by default, as in RIP (RFC 2453, section 3.6).</summary>
    public int Infinity { get; init; } = 16;

    /// <summary>
    /// The number of rounds after which a route times out if its next hop no longer advertises it; 6 by default, which is RIP's
    /// 180 s with one message every 30 s.
    /// </summary>
    public int Timeout { get; init; } = 6;

    /// <summary>
    /// Rules that decide what routers hear and tell, in place of <see cref="SplitHorizon"/> and of the course's own; null for
    /// those. Infinity has to be 16.
    /// </summary>
    public DistanceVectorRules? Rules { get; init; }

    internal void Validate()
    {
        if (Rules is not null)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(Infinity, DistanceVectorRules.Infinity);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Infinity, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Infinity, 1 << 29);
        ArgumentOutOfRangeException.ThrowIfLessThan(Timeout, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Timeout, 255);
    }
}
