using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A passive health check that takes an origin out for a while after a single failed request. YARP's built-in policy waits until
/// a certain share of many requests has failed, which suits a busy site better than a lesson of two seconds.
/// </summary>
internal sealed class FirstFailure(TimeSpan reactivation, IDestinationHealthUpdater updater) : IPassiveHealthCheckPolicy
{
    public string Name => nameof(FirstFailure);

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        // Counts only failures of the origin, not clients that disconnect.
        if (context.GetForwarderErrorFeature()?.Error is ForwarderError.Request or ForwarderError.RequestTimedOut
            or ForwarderError.RequestBodyDestination or ForwarderError.ResponseBodyDestination)
        {
            updater.SetPassive(cluster, destination, DestinationHealth.Unhealthy, reactivation);
        }
    }
}
