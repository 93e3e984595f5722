using System.Net;

namespace NetworkingCourse;

/// <summary>A named listener in this process that can be stopped: a server, an origin, a load balancer.</summary>
public interface IStoppable
{
    /// <summary>The listener's name; a listener started later under the same name replaces this one.</summary>
    string Name { get; }

    /// <summary>The endpoint on which it listens.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>The number of events of each kind in its log.</summary>
    string LogSummary { get; }

    /// <summary>Stops the listener. Stopping it again does nothing.</summary>
    /// <param name="grace">How long outstanding answers may take; 2 seconds by default.</param>
    /// <returns>A task that completes when all its resources are released.</returns>
    Task StopAsync(TimeSpan? grace = null);
}
