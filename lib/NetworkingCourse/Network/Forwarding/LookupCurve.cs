using System.Diagnostics;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Network;

/// <summary>What a look-up takes, against how many prefixes there are: in a list and in a trie, measured in turns, so that whatever else the machine does hits both alike.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class LookupCurve : IShown
{
    private const int Turns = 5;
    private const int LooksPerTurn = 2_000_000;
    private const int FewestLookups = 20;
    private const int MaxLookups = 20_000;

    private LookupCurve(IReadOnlyList<LookupPoint> points) => Points = points;

    /// <summary>One for each size of the table.</summary>
    public IReadOnlyList<LookupPoint> Points { get; }

    /// <summary>Measures tables of these sizes.</summary>
    /// <param name="sizes">The numbers of prefixes.</param>
    /// <param name="seed">What chance begins with.</param>
    public static LookupCurve Measure(IReadOnlyList<int> sizes, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        Measure(100, seed); // not counted: the methods are compiled, and then compiled better
        return new LookupCurve([.. sizes.Select(size => Measure(size, seed))]);
    }

    /// <summary>The time of a look-up against the number of prefixes, and how many prefixes were looked at for it.</summary>
    public Figure Chart() => LookupsBySize.Draw(this);

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <summary>A line for each size.</summary>
    public override string ToString() => AsTable().ToString();

    private static LookupPoint Measure(int size, int seed)
    {
        var prefixes = PrefixSample.Of(size, seed);
        var (list, trie) = (PrefixList<int>.Of(prefixes.Select((prefix, i) => KeyValuePair.Create(prefix, i))), new PrefixTrie<int>());
        foreach (var (i, prefix) in prefixes.Index())
        {
            trie.Enter(prefix, i);
        }

        var addresses = PrefixSample.Numbers(prefixes, MaxLookups, seed);
        var inList = addresses[..Math.Clamp(LooksPerTurn / Turns / Math.Max(1, size), FewestLookups, MaxLookups)];
        var (listTimes, trieTimes) = (new List<double>(), new List<double>());
        var (listLooks, trieLooks) = (0.0, 0.0);
        for (var turn = 0; turn < Turns; turn++)
        {
            var (time, looks) = Time(list, inList);
            listTimes.Add(time);
            listLooks = looks;
            (time, looks) = Time(trie, addresses);
            trieTimes.Add(time);
            trieLooks = looks;
        }

        return new LookupPoint(size, Median(listTimes), Median(trieTimes), listLooks, trieLooks);
    }

    // In nanoseconds a look-up.
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

    private Table AsTable() => new(
        ["prefixes", "list: looked at", "list (ns)", "trie: looked at", "trie (ns)", "list / trie"],
        Points.Select(IReadOnlyList<object?> (point) =>
        [
            InvariantText.Format($"{point.Prefixes:N0}"), InvariantText.Format($"{point.ListLooks:N0}"), InvariantText.Format($"{point.ListNanoseconds:N0}"),
            InvariantText.Format($"{point.TrieLooks:0.0}"), InvariantText.Format($"{point.TrieNanoseconds:N0}"), InvariantText.Format($"× {point.Ratio:N1}"),
        ]),
        InvariantText.Format($"Times are the medians of {Turns} turns; list and trie take turns."));
}

/// <summary>What a look-up takes in a table of one size.</summary>
/// <param name="Prefixes">How many prefixes the table holds.</param>
/// <param name="ListNanoseconds">The time of a look-up in the list.</param>
/// <param name="TrieNanoseconds">The time of a look-up in the trie.</param>
/// <param name="ListLooks">How many prefixes of the list are looked at.</param>
/// <param name="TrieLooks">How many nodes of the trie are looked at, on average.</param>
public sealed record LookupPoint(int Prefixes, double ListNanoseconds, double TrieNanoseconds, double ListLooks, double TrieLooks)
{
    /// <summary>How many times longer the list takes.</summary>
    public double Ratio => ListNanoseconds / TrieNanoseconds;
}
