using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A passive health check: who fails a request gets no more for a while. YARP's own waits until a share of many requests has failed,
/// which suits a busy site better than a lesson of two seconds.
/// </summary>
internal sealed class FirstFailure(TimeSpan reactivation, IDestinationHealthUpdater updater) : IPassiveHealthCheckPolicy
{
    public string Name => nameof(FirstFailure);

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        // Only what the origin has to answer for: not a client that goes away.
        if (context.GetForwarderErrorFeature()?.Error is ForwarderError.Request or ForwarderError.RequestTimedOut
            or ForwarderError.RequestBodyDestination or ForwarderError.ResponseBodyDestination)
        {
            updater.SetPassive(cluster, destination, DestinationHealth.Unhealthy, reactivation);
        }
    }
}
