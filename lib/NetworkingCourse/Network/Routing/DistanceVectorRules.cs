using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// The rules of a router that runs a distance-vector protocol, for one destination at a time (RFC 2453, section 3.9.2). A learner
/// derives a class from this one; routers in rounds and in a simulated internet follow it.
/// </summary>
public abstract class DistanceVectorRules
{
    /// <summary>The distance that means unreachable (RFC 2453, section 3.6).</summary>
    public const int Infinity = 16;

    /// <summary>Decides what becomes of a route when a neighbour advertises its distance to the destination.</summary>
    /// <param name="own">The route so far.</param>
    /// <param name="neighbour">The neighbour that advertises it.</param>
    /// <param name="cost">The cost of the link to that neighbour, at least 1.</param>
    /// <param name="told">The neighbour's distance to the destination, 0 to 16.</param>
    /// <returns>The route from now on: the one so far, or one through this neighbour.</returns>
    public abstract VectorRoute Receive(VectorRoute own, string neighbour, int cost, int told);

    /// <summary>Decides which distance to advertise to a neighbour.</summary>
    /// <param name="own">The router's route to the destination.</param>
    /// <param name="neighbour">The neighbour that receives it.</param>
    /// <returns>The distance, 0 to 16.</returns>
    public abstract int Advertise(VectorRoute own, string neighbour);
}

/// <summary>A router's route to a destination.</summary>
/// <param name="Distance">The distance; <see cref="DistanceVectorRules.Infinity"/> if the destination is unreachable.</param>
/// <param name="NextHop">
/// The neighbour through which the destination is reached; null if there is none, because the destination is the router itself or
/// is unreachable.
/// </param>
public readonly record struct VectorRoute(int Distance, string? NextHop)
{
    /// <summary>The route of a router that knows no path.</summary>
    public static VectorRoute Unreachable { get; } = new(DistanceVectorRules.Infinity, null);

    /// <summary>The route as text: <c>3 via B</c>.</summary>
    public override string ToString() => Distance == DistanceVectorRules.Infinity ? "unreachable"
        : NextHop is null ? InvariantText.Format($"{Distance}")
        : InvariantText.Format($"{Distance} via {NextHop}");
}
