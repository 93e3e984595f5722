namespace NetworkingCourse.ServerArchitecture;

/// <summary>When the requests of an open loop are due.</summary>
public enum Arrivals
{
    /// <summary>At equal distances.</summary>
    Even,

    /// <summary>By chance: independent of each other, at exponentially distributed distances (a Poisson process). The same every time.</summary>
    Random,
}

/// <summary>The instants at which the requests of an open loop are due, decided before the first is sent.</summary>
internal static class ArrivalTimes
{
    private const int Seed = 20_110;

    /// <summary>The instants within a duration, counted from its beginning.</summary>
    public static IReadOnlyList<TimeSpan> Of(Arrivals arrivals, double rate, TimeSpan duration)
    {
        var times = new List<TimeSpan>();
        var random = new Random(Seed);
        for (var due = 0.0; due < duration.TotalSeconds; due = arrivals == Arrivals.Even ? times.Count / rate : due - (Math.Log(1 - random.NextDouble()) / rate))
        {
            times.Add(TimeSpan.FromSeconds(due));
        }

        return times;
    }
}
