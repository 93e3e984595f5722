using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A balancer with its origins and clients, for an exercise. Its time goes on only while the learner's code waits, so that every
/// order can be followed.
/// </summary>
public sealed class ScriptedBalancer
{
    private const int MaxQuestions = 50;
    private const int MaxWaits = 150;
    private const int SlowOrder = 8;
    private const int StepsBefore = 5;

    private readonly ScriptedRun _run;
    private readonly Random _random;
    private readonly Dictionary<string, Place> _places;
    private int _questions;
    private int _waits;
    private string? _asked;

    internal ScriptedBalancer(ScriptedRun run, string[] origins, Random random)
    {
        (_run, _random, Origins) = (run, random, Array.AsReadOnly(origins));
        _places = origins.ToDictionary(origin => origin, _ => new Place());
        for (var i = 0; i < StepsBefore; i++)
        {
            Step();
        }
    }

    private sealed class Place
    {
        public bool IsIn { get; set; } = true;

        public bool IsNew { get; set; }

        // In how many steps the origin is ready; it goes on only while the origin is watched.
        public int Starting { get; set; }

        // How many steps the origin has waited for since it was taken out.
        public int Waited { get; set; }

        // Whether the learner's code has looked at it since the last step.
        public bool IsWatched { get; set; }

        // For each order in flight, in how many steps it is answered.
        public List<int> Orders { get; set; } = [];

        // The same for one order that takes longer than any fixed wait: it goes on only while the origin is watched.
        public int SlowOrder { get; set; }

        public int InFlight => Orders.Count + (SlowOrder > 0 ? 1 : 0);
    }

    /// <summary>The names of the origins.</summary>
    public IReadOnlyList<string> Origins { get; }

    internal IEnumerable<string> Old => Origins.Where(origin => !_places[origin].IsNew);

    /// <summary>Takes an origin out of the rotation: it gets no new orders and goes on with those that it has.</summary>
    /// <param name="origin">The origin's name.</param>
    public void Drain(string origin)
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        var place = Find(origin);
        if (!place.IsIn)
        {
            return;
        }

        place.IsIn = false;
        place.Waited = 0;
        if (!_places.Values.Any(other => other.IsIn))
        {
            var isForgotten = _places.Values.Any(other => other != place && other.IsNew);
            _run.Fail(
                $"called `Drain(\"{origin}\")`; the next order arrived", "another origin in the rotation",
                "none: the client got a 503", isForgotten ? DeployAllExercise.ForgetsToPutBack : DeployAllExercise.DrainsTheLast);
        }

        place.SlowOrder = SlowOrder + _random.Next(5);
        _run.Note($"`Drain(\"{origin}\")`: {Orders(place)} in flight, no new ones");
    }

    /// <summary>Counts the orders that an origin has received and not answered.</summary>
    /// <param name="origin">The origin's name.</param>
    public int InFlight(string origin)
    {
        if (_run.IsOnAnotherThread)
        {
            return 0;
        }

        var place = Find(origin);
        Asked(origin, $"`InFlight(\"{origin}\")`");
        _run.Note(InvariantText.Format($"`InFlight(\"{origin}\")` returned {place.InFlight}"));
        return place.InFlight;
    }

    /// <summary>Waits until something has happened: orders have arrived, been answered, or an origin has become ready.</summary>
    public void Wait()
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        _questions = 0;
        if (++_waits > MaxWaits)
        {
            var isIn = _asked is not null && _places[_asked].IsIn;
            _run.Fail(
                InvariantText.Format($"called `Wait()` {_waits} times"), "an end of the deployment",
                _asked is null ? "no end" : $"{Orders(_places[_asked])} in flight at {_asked}",
                isIn ? DeployAllExercise.WaitsBeforeDraining : null,
                isIn ? null : "Nothing that your script could wait for will happen any more.");
        }

        Step();
        _run.Note("`Wait()`");
    }

    /// <summary>Stops an origin at once, and starts the new version. It takes a while until that is ready.</summary>
    /// <param name="origin">The origin's name.</param>
    public void Restart(string origin)
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        var place = Find(origin);
        if (place.InFlight > 0)
        {
            _run.Fail(
                $"called `Restart(\"{origin}\")`", "no order in flight", $"{Orders(place)} lost",
                place.IsIn ? DeployAllExercise.NeverDrains
                : place.Waited == 0 ? DeployAllExercise.StopsBeforeDrained
                : DeployAllExercise.WaitsTooShort);
        }

        (place.IsNew, place.Starting) = (true, _random.Next(2, 6));
        _run.Note($"`Restart(\"{origin}\")`: the new version is starting");
    }

    /// <summary>Whether an origin is ready to serve.</summary>
    /// <param name="origin">The origin's name.</param>
    public bool IsHealthy(string origin)
    {
        if (_run.IsOnAnotherThread)
        {
            return true;
        }

        var isHealthy = Find(origin).Starting == 0;
        Asked(origin, $"`IsHealthy(\"{origin}\")`");
        _run.Note($"`IsHealthy(\"{origin}\")` returned {Present.Line(isHealthy)}");
        return isHealthy;
    }

    /// <summary>Puts an origin into the rotation: it gets new orders again.</summary>
    /// <param name="origin">The origin's name.</param>
    public void PutBack(string origin)
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        var place = Find(origin);
        if (place.Starting > 0)
        {
            _run.Fail(
                $"called `PutBack(\"{origin}\")`; the next order arrived", "an origin that is ready",
                "connection refused: it is still starting", DeployAllExercise.PutsBackTooEarly);
        }

        place.IsIn = true;
        _run.Note($"`PutBack(\"{origin}\")`: it gets orders again");
    }

    /// <summary>Looks at the rotation after the learner's method has returned.</summary>
    internal void CheckTheEnd()
    {
        if (!_run.HasFailed && Origins.FirstOrDefault(origin => !_places[origin].IsIn) is { } missing)
        {
            _run.Fail(
                "your method returned", "all origins in the rotation", $"{missing} is out",
                _places[missing].IsNew ? DeployAllExercise.ForgetsToPutBack : null);
        }
    }

    private Place Find(string origin)
    {
        if (origin is null || !_places.ContainsKey(origin))
        {
            _run.Fail("looked for the origin that you name", $"one of {string.Join(", ", Origins)}", Present.Line(origin));
        }

        return _places[origin];
    }

    private void Asked(string origin, string question)
    {
        _asked = origin;
        _places[origin].IsWatched = true;
        if (++_questions > MaxQuestions)
        {
            _run.Fail(
                InvariantText.Format($"called {question} {_questions} times without `Wait()`"), "a wait before the next question",
                "the same answer each time", DeployAllExercise.AsksWithoutWaiting);
        }
    }

    private static string Orders(Place place) =>
        InvariantText.Count(place.InFlight, "order");

    // Answers some orders, and sends a new one or two to each origin in the rotation.
    private void Step()
    {
        foreach (var place in Origins.Select(origin => _places[origin]))
        {
            place.Orders = [.. place.Orders.Where(left => left > 1).Select(left => left - 1)];
            place.Waited++;
            if (place.IsWatched)
            {
                place.SlowOrder = Math.Max(0, place.SlowOrder - 1);
                place.Starting = Math.Max(0, place.Starting - 1);
                place.IsWatched = false;
            }

            for (var i = _random.Next(1, 3); place.IsIn && i > 0; i--)
            {
                place.Orders.Add(_random.Next(2, 6));
            }
        }
    }
}
