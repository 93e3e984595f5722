using System.Net;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A target for HTTP clients: an origin, a load balancer, or a name that stands for several origins.</summary>
public interface IHttpTarget
{
    /// <summary>The target's name.</summary>
    string Name { get; }

    /// <summary>A short description of how requests are routed to origins, for example <c>balancer, round robin</c>.</summary>
    string RoutingPolicy { get; }

    /// <summary>The names of the origins that may answer, always in the same order.</summary>
    IReadOnlyList<string> OriginNames { get; }

    /// <summary>
    /// Creates an address lookup for a new client: for each connection, it returns the addresses to try, in order.
    /// </summary>
    internal Func<IReadOnlyList<IPEndPoint>> NewClient();
}
