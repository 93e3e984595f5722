using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Which origins are in the rotation, and how many requests each has in flight. YARP asks here which origins are available whenever
/// a check has changed its mind; so this is where it is written down.
/// </summary>
internal sealed class Rotation(IEnumerable<string> origins, HttpLog log) : IAvailableDestinationsPolicy
{
    /// <summary>How many active checks in a row must fail before an origin is taken out.</summary>
    public const int FailedChecks = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Place> _places = origins.ToDictionary(origin => origin, _ => new Place());
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Place
    {
        public bool IsIn { get; set; } = true;

        public int InFlight { get; set; }
    }

    public string Name => nameof(Rotation);

    // The name is spelt so in the interface.
    public IReadOnlyList<DestinationState> GetAvailalableDestinations(ClusterConfig config, IReadOnlyList<DestinationState> allDestinations)
    {
        lock (_gate)
        {
            foreach (var destination in allDestinations)
            {
                Note(destination.DestinationId, destination.Health);
            }

            return [.. allDestinations.Where(destination => _places[destination.DestinationId].IsIn)];
        }
    }

    /// <summary>Counts a request in, unless its origin was taken out after it had been chosen.</summary>
    public bool TryEnter(string origin)
    {
        lock (_gate)
        {
            var place = _places[origin];
            if (place.IsIn)
            {
                place.InFlight++;
            }

            return place.IsIn;
        }
    }

    public void Leave(string origin)
    {
        lock (_gate)
        {
            if (--_places[origin].InFlight == 0)
            {
                Tell();
            }
        }
    }

    public (bool IsIn, int InFlight) Of(string origin)
    {
        lock (_gate)
        {
            return (_places[origin].IsIn, _places[origin].InFlight);
        }
    }

    /// <summary>Waits until an origin is in the rotation, or until it is out of it and has nothing in flight.</summary>
    /// <exception cref="TimeoutException">That was not so within the deadline.</exception>
    public async Task WaitAsync(string origin, bool isIn, TimeSpan deadline)
    {
        using var limit = new CancellationTokenSource(deadline);
        while (true)
        {
            Task news;
            lock (_gate)
            {
                var place = _places[origin];
                if (place.IsIn == isIn && (isIn || place.InFlight == 0))
                {
                    return;
                }

                news = _news.Task;
            }

            try
            {
                await news.WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                var (still, inFlight) = Of(origin);
                throw new TimeoutException(Display.InvariantText.Format(
                    $"After {deadline.TotalSeconds:0.###} s {origin} is {(still ? "in" : "out of")} the rotation, with {inFlight} requests in flight."));
            }
        }
    }

    private void Note(string origin, DestinationHealthState health)
    {
        var (activeFails, passiveFails) = (health.Active == DestinationHealth.Unhealthy, health.Passive == DestinationHealth.Unhealthy);
        var place = _places[origin];
        if (place.IsIn == (activeFails || passiveFails))
        {
            place.IsIn = !place.IsIn;
            log.Write(
                place.IsIn ? HttpEventKind.PutBack : HttpEventKind.TakenOut, origin: origin,
                detail: activeFails ? Display.InvariantText.Format($"active check: failed {FailedChecks} times in a row")
                    : passiveFails ? "passive check: it failed a request"
                    : health.Active == DestinationHealth.Healthy ? "active check: healthy" : "passive check: tried again after a while");
            Tell();
        }
    }

    private void Tell()
    {
        var news = _news;
        _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        news.SetResult();
    }
}
