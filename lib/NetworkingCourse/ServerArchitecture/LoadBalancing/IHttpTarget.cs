using System.Net;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What HTTP clients can be sent at: an origin, a load balancer, a name that stands for several origins.</summary>
public interface IHttpTarget
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>How requests find their way, in a few words: <c>balancer, round robin</c>.</summary>
    string RoutingPolicy { get; }

    /// <summary>The names of the origins that may answer, always in the same order.</summary>
    IReadOnlyList<string> OriginNames { get; }

    /// <summary>What a new client knows: where each of its connections goes, the addresses to try in order.</summary>
    internal Func<IReadOnlyList<IPEndPoint>> NewClient();
}
