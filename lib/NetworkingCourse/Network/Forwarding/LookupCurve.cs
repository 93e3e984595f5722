using System.Diagnostics;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Network;

/// <summary>
/// Measures lookup times against the number of prefixes, in a list and in a trie. The two are measured alternately, so that other
/// load on the machine affects both alike.
/// </summary>
public sealed class LookupCurve : Shown
{
    private const int Turns = 5;
    private const int LooksPerTurn = 2_000_000;
    private const int FewestLookups = 20;
    private const int MaxLookups = 20_000;

    private LookupCurve(IReadOnlyList<LookupPoint> points) => Points = points;

    /// <summary>The measurements, one for each table size.</summary>
    public IReadOnlyList<LookupPoint> Points { get; }

    /// <summary>Measures tables of the given sizes.</summary>
    /// <param name="sizes">The numbers of prefixes.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="own">Creates an empty table of another kind, which is measured too; null if there is none.</param>
    public static LookupCurve Measure(IReadOnlyList<int> sizes, int seed = 1, Func<IPrefixTable<int>>? own = null)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        Measure(100, seed, own); // a warm-up that is not counted: the methods are compiled, and then optimised
        return new LookupCurve([.. sizes.Select(size => Measure(size, seed, own))]);
    }

    /// <summary>Draws the time of a lookup against the number of prefixes, and how many prefixes a lookup examines.</summary>
    public Figure Chart() => LookupsBySize.Draw(this);

    private static LookupPoint Measure(int size, int seed, Func<IPrefixTable<int>>? own)
    {
        var prefixes = PrefixSample.Of(size, seed);
        var (list, trie) = (
            PrefixList<int>.Of(prefixes.Select((prefix, i) => KeyValuePair.Create(prefix, i))),
            new PrefixTrie<int>());
        var third = own?.Invoke();
        foreach (var (i, prefix) in prefixes.Index())
        {
            trie.Enter(prefix, i);
            third?.Enter(prefix, i);
        }

        var addresses = PrefixSample.Numbers(prefixes, MaxLookups, seed);
        var inList = addresses[..Math.Clamp(LooksPerTurn / Turns / Math.Max(1, size), FewestLookups, MaxLookups)];
        var (listTimes, trieTimes, thirdTimes) = (new List<double>(), new List<double>(), new List<double>());
        var (listLooks, trieLooks, thirdLooks) = (0.0, 0.0, 0.0);
        for (var turn = 0; turn < Turns; turn++)
        {
            var (time, looks) = Time(list, inList);
            listTimes.Add(time);
            listLooks = looks;
            (time, looks) = Time(trie, addresses);
            trieTimes.Add(time);
            trieLooks = looks;
            if (third is not null)
            {
                // As few as in the list: it may be a list.
                (time, looks) = Time(third, inList);
                thirdTimes.Add(time);
                thirdLooks = looks;
            }
        }

        return new LookupPoint(size, Median(listTimes), Median(trieTimes), listLooks, trieLooks)
        {
            OwnNanoseconds = third is null ? null : Median(thirdTimes),
            OwnLooks = third is null ? null : thirdLooks,
        };
    }

    // In nanoseconds per lookup.
    private static (double Time, double Looks) Time(IPrefixTable<int> table, uint[] addresses)
    {
        var looks = 0L;
        var began = Stopwatch.GetTimestamp();
        foreach (var address in addresses)
        {
            looks += Math.Abs(table.Find(address, out _));
        }

        return (Stopwatch.GetElapsedTime(began).TotalNanoseconds / addresses.Length, (double)looks / addresses.Length);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "prefixes", "list: examined", "list (ns)", "trie: examined", "trie (ns)", "list / trie",
            .. Points[0].OwnLooks is null ? (string[])[] : ["yours: examined", "yours (ns)"],
        ],
        Points.Select(IReadOnlyList<object?> (point) =>
        [
            InvariantText.Format($"{point.Prefixes:N0}"),
            InvariantText.Format($"{point.ListLooks:N0}"),
            InvariantText.Format($"{point.ListNanoseconds:N0}"),
            InvariantText.Format($"{point.TrieLooks:0.0}"),
            InvariantText.Format($"{point.TrieNanoseconds:N0}"),
            InvariantText.Format($"× {point.Ratio:N1}"),
            .. point.OwnLooks is null
                ? (object[])[]
                : [InvariantText.Format($"{point.OwnLooks:N1}"), InvariantText.Format($"{point.OwnNanoseconds:N0}")],
        ]),
        InvariantText.Format($"Times are medians of {Turns} runs each, alternating between list and trie."));
}

/// <summary>The cost of a lookup in tables of one size.</summary>
/// <param name="Prefixes">The number of prefixes in the table.</param>
/// <param name="ListNanoseconds">The time of a lookup in the list, in nanoseconds.</param>
/// <param name="TrieNanoseconds">The time of a lookup in the trie, in nanoseconds.</param>
/// <param name="ListLooks">The number of prefixes examined in the list.</param>
/// <param name="TrieLooks">The mean number of nodes examined in the trie.</param>
public sealed record LookupPoint(int Prefixes, double ListNanoseconds, double TrieNanoseconds, double ListLooks, double TrieLooks)
{
    /// <summary>How many times as long a lookup takes in the list.</summary>
    public double Ratio => ListNanoseconds / TrieNanoseconds;

    /// <summary>The time of a lookup in the third table, in nanoseconds; null if there is none.</summary>
    public double? OwnNanoseconds { get; init; }

    /// <summary>The number of entries that a lookup in the third table says it has examined; null if there is none.</summary>
    public double? OwnLooks { get; init; }
}
