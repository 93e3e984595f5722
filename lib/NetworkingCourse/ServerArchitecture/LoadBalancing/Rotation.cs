using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Tracks which origins are in the rotation and how many requests each has in flight. YARP calls this policy whenever a health
/// check changes its verdict, so this is where changes are logged.
/// </summary>
internal sealed class Rotation(IEnumerable<string> origins, HttpLog log) : IAvailableDestinationsPolicy
{
    /// <summary>The number of consecutive active checks that must fail before an origin is taken out.</summary>
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

    // The interface spells the name this way.
    public IReadOnlyList<DestinationState> GetAvailalableDestinations(
        ClusterConfig config, IReadOnlyList<DestinationState> allDestinations)
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

    /// <summary>Counts a request as in flight, unless its origin was taken out after it was chosen.</summary>
    /// <returns>Whether the request was counted and may be sent.</returns>
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
                Notify();
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

    /// <summary>Waits until an origin is in the rotation, or until it is out and has no requests in flight.</summary>
    /// <exception cref="TimeoutException">The origin did not reach that state within the deadline.</exception>
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
                var state = still ? "in" : "out of";
                throw new TimeoutException(Display.InvariantText.Format(
                    $"After {deadline.TotalSeconds:0.###} s {origin} is {state} the rotation, ")
                    + $"{Display.InvariantText.Count(inFlight, "request")} in flight.");
            }
        }
    }

    private void Note(string origin, DestinationHealthState health)
    {
        var (activeFails, passiveFails) =
            (health.Active == DestinationHealth.Unhealthy, health.Passive == DestinationHealth.Unhealthy);
        var place = _places[origin];
        if (place.IsIn == (activeFails || passiveFails))
        {
            place.IsIn = !place.IsIn;
            log.Write(
                place.IsIn ? HttpEventKind.PutBack : HttpEventKind.TakenOut, origin: origin,
                detail: activeFails ? Display.InvariantText.Format($"active check: failed {FailedChecks} times in a row")
                    : passiveFails ? "passive check: a request failed"
                    : health.Active == DestinationHealth.Healthy ? "active check: healthy"
                    : "passive check: tried again after a while");
            Notify();
        }
    }

    private void Notify()
    {
        var news = _news;
        _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        news.SetResult();
    }
}
