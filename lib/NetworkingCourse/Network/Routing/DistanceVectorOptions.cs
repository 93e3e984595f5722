namespace NetworkingCourse.Network;

/// <summary>What a router says of a route to the very neighbour from which it has it.</summary>
public enum SplitHorizon
{
    /// <summary>What it says to everybody.</summary>
    Off,

    /// <summary>Nothing (RFC 2453, section 3.4.3).</summary>
    Simple,

    /// <summary>That the destination cannot be reached: <i>poisoned reverse</i>.</summary>
    PoisonedReverse,
}

/// <summary>What can be set of distance-vector routing.</summary>
public sealed record DistanceVectorOptions
{
    /// <summary>What is said to the neighbour from which a route comes; the same as to everybody, unless told otherwise.</summary>
    public SplitHorizon SplitHorizon { get; init; }

    /// <summary>The distance that means unreachable: 16 unless told otherwise, as in RIP (RFC 2453, section 3.6).</summary>
    public int Infinity { get; init; } = 16;

    /// <summary>After how many rounds without a word from its next hop a route is given up; 6 unless told otherwise, which is RIP's 180 s at a message every 30 s.</summary>
    public int Timeout { get; init; } = 6;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Infinity, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Infinity, 1 << 29);
        ArgumentOutOfRangeException.ThrowIfLessThan(Timeout, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Timeout, 255);
    }
}
