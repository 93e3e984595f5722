using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>The tables of all routers, round by round.</summary>
internal sealed class DistanceVectorHistory(DistanceVector routing)
{
    // Counting to an infinity of a million would fill the memory.
    private const int MaxRounds = 500;

    private readonly Queue<DistanceVectorRound> _rounds = new();

    public void Add(DistanceVectorRound round)
    {
        _rounds.Enqueue(round);
        if (_rounds.Count > MaxRounds)
        {
            _rounds.Dequeue();
        }
    }

    public Table Of(string to, int last)
    {
        _ = routing.Graph.NumberOf(to);
        if (_rounds.Count == 0)
        {
            throw new InvalidOperationException("This network is too large for every round to be remembered.");
        }

        var routers = routing.Graph.Nodes.Where(node => node != to).ToList();
        // Rounds without changes are only counted.
        var (rows, before) = (new List<(string What, string[] Told)>(), (string[]?)null);
        var quiet = 0;
        foreach (var round in _rounds)
        {
            var told = routers.Select(router => routing.Told(round.Distance, round.NextHop, router, to)).ToArray();
            if (round.What.Length == 0 && before is not null && told.SequenceEqual(before))
            {
                quiet++;
                continue;
            }

            rows.Add((round.What.Length > 0 ? round.What : InvariantText.Format($"round {round.Number}"), told));
            before = told;
        }

        return new Table(
            ["", .. routers.Select(router => $"{router} to {to}")],
            rows.Skip(Math.Max(0, rows.Count - last)).Select(IReadOnlyList<object?> (row) => [row.What, .. row.Told]),
            string.Join(" ", ((string[])
            [
                quiet > 0 ? InvariantText.Format($"Rounds without changes in these routes are left out: {quiet}.") : "",
                rows.Count > last ? InvariantText.Format($"The last {last} of {rows.Count} rows.") : "",
            ]).Where(note => note.Length > 0)) is { Length: > 0 } note ? note : null);
    }
}

/// <summary>The tables of all routers after a round.</summary>
/// <param name="Number">The number of rounds so far.</param>
/// <param name="What">What has happened, if it was something other than a round.</param>
/// <param name="Distance">The distances.</param>
/// <param name="NextHop">The next hops.</param>
internal sealed record DistanceVectorRound(int Number, string What, int[] Distance, int[] NextHop);
