using System.Net;

namespace NetworkingCourse;

/// <summary>What listens in this process under a name and can be stopped: a server, an origin, a load balancer.</summary>
public interface IStoppable
{
    /// <summary>The name under which it runs; another started under the same name replaces it.</summary>
    string Name { get; }

    /// <summary>Where it listens.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>How often each kind of event is in its log.</summary>
    string LogSummary { get; }

    /// <summary>Stops it. Stopping what is stopped does nothing.</summary>
    /// <param name="grace">How long answers that are due may take; 2 seconds unless told otherwise.</param>
    /// <returns>A task that ends when everything it had is given back.</returns>
    Task StopAsync(TimeSpan? grace = null);
}
