namespace NetworkingCourse.ServerArchitecture;

/// <summary>How the requests of an open loop are spaced in time.</summary>
public enum Arrivals
{
    /// <summary>At equal intervals.</summary>
    Even,

    /// <summary>
    /// At random: independent of each other, at exponentially distributed intervals (a Poisson
    /// process). Reproducible: the seed is fixed.
    /// </summary>
    Random,
}

/// <summary>Computes when the requests of an open loop are due, before the first one is sent.</summary>
internal static class ArrivalTimes
{
    private const int Seed = 20_110;

    /// <summary>The due times within a duration, measured from its start.</summary>
    public static IReadOnlyList<TimeSpan> Of(Arrivals arrivals, double rate, TimeSpan duration)
    {
        var times = new List<TimeSpan>();
        var random = new Random(Seed);
        for (var due = 0.0;
            due < duration.TotalSeconds;
            due = arrivals == Arrivals.Even ? times.Count / rate : due - (Math.Log(1 - random.NextDouble()) / rate))
        {
            times.Add(TimeSpan.FromSeconds(due));
        }

        return times;
    }
}
