using System.Text.RegularExpressions;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// Path-vector routing between networks that have owners, in rounds: what is announced is a prefix with the whole path to it, so that nobody takes a path that leads through himself (BGP,
/// RFC 4271). Which path is taken, and who is told of it, is not a matter of length alone but of who pays whom (Gao and Rexford, 2001): a customer's path is worth more than a peer's, a
/// peer's more than a provider's; and what was learned from a peer or provider is told to customers only.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed partial class PathVector : IShown
{
    private readonly Dictionary<string, Dictionary<string, PathSource>> _neighbours = [];
    private readonly Dictionary<string, Dictionary<Prefix, AnnouncedPath>> _tables = [];
    private readonly List<(string Upper, string Lower, bool IsPeering)> _relations = [];

    private PathVector()
    {
    }

    /// <summary>The networks, in the order in which they were first named.</summary>
    public IReadOnlyList<string> Networks => [.. _neighbours.Keys];

    /// <summary>How many rounds there have been.</summary>
    public int Round { get; private set; }

    /// <summary>Reads who is joined with whom: <c>T > A, T > B, A = B, A > S</c>. The side of the point is the customer, <c>=</c> stands between peers.</summary>
    /// <exception cref="FormatException">It is not understood; the message says where, and what was expected.</exception>
    public static PathVector Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var routing = new PathVector();
        foreach (var entry in text.Split([',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var form = RelationForm().Match(entry);
            if (!form.Success || form.Groups["a"].Value == form.Groups["b"].Value)
            {
                throw new FormatException($"'{entry}' does not say who is joined with whom. Expected: two different names, with > between a provider and its customer, or = between peers: 'T > A'.");
            }

            routing.Join(form.Groups["a"].Value, form.Groups["b"].Value, form.Groups["how"].Value == "=");
        }

        return routing;
    }

    /// <summary>A network announces a prefix as its own, whether it is or not: nobody can see that from the announcement.</summary>
    /// <exception cref="ArgumentException">There is no such network.</exception>
    public void Announce(string network, Prefix prefix) => TableOf(network)[prefix] = new AnnouncedPath(prefix, [], PathSource.Own);

    /// <summary>Rounds of everybody telling his neighbours what he may, until nothing changes any more.</summary>
    /// <returns>How many rounds have changed something.</returns>
    public int Converge()
    {
        var began = Round;
        while (Step())
        {
            Round++;
        }

        return Round - began;
    }

    /// <summary>The path to the longest prefix that an address is in; null if a network has none.</summary>
    /// <exception cref="ArgumentException">There is no such network.</exception>
    public AnnouncedPath? Route(string network, Address address) =>
        TableOf(network).Values.Where(path => path.Prefix.Contains(address)).OrderByDescending(path => path.Prefix.Length).FirstOrDefault();

    /// <summary>What every network knows, a row a path.</summary>
    public Table Table() => new(
        ["network", "prefix", "path", "learned from"],
        from network in _tables
        from path in network.Value.Values.OrderBy(path => path.Prefix)
        select (IReadOnlyList<object?>)[network.Key, path.Prefix, path.Hops.Count == 0 ? "announced here" : string.Join(" ", path.Hops), path.Hops.Count == 0 ? "" : $"its {InvariantText.Of(path.Source)} {path.Hops[0]}"],
        InvariantText.Format($"After {Round} rounds."));

    /// <summary>Where packets to an address go from everywhere, as a drawing.</summary>
    /// <param name="address">The address.</param>
    public NetworkDiagram Draw(Address address)
    {
        var routes = _tables.Keys.ToDictionary(network => network, network => Route(network, address));
        bool IsUsed(string a, string b) => routes[a] is { Hops: [var first, ..] } && first == b;
        string? End(string upper, string lower) => IsUsed(upper, lower) ? lower : IsUsed(lower, upper) ? upper : null;
        DiagramLink Drawn(string upper, string lower, bool isPeering) => new(upper, lower, isPeering ? "peers" : $"{lower} pays {upper}")
        {
            State = End(upper, lower) is null ? DiagramLinkState.Idle : DiagramLinkState.OnRoute,
            Towards = End(upper, lower),
        };
        var nodes = _neighbours.Keys.Select(network => new DiagramNode(network, DiagramNodeKind.Plain, Told(routes[network])) { IsMarked = routes[network] is { Hops.Count: 0 } });
        return new NetworkDiagram($"Where packets to {address} go", nodes, _relations.Select(relation => Drawn(relation.Upper, relation.Lower, relation.IsPeering)))
        {
            Places = ProviderTiers.Of(Networks, _relations) ?? ForceLayout.Of(Networks, _relations.Select(relation => (relation.Upper, relation.Lower)), seed: 1),
            Caption = "Customers stand below their providers. In each network, by which prefix it goes: the longest match. Filled: it announces that prefix itself. Thick: packets to the address go this way.",
        };
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <summary>What every network knows, as a table.</summary>
    public override string ToString() => Table().ToString();

    private static string Told(AnnouncedPath? path) => path switch
    {
        null => "no path",
        { Hops.Count: 0 } => $"announces {path.Prefix}",
        _ => $"by {path.Prefix}",
    };

    private bool Step()
    {
        // All speak before anybody listens.
        var told = _tables.SelectMany(network => network.Value.Values, (network, path) => (From: network.Key, Path: path)).ToList();
        var hasChanged = false;
        foreach (var (network, neighbours) in _neighbours)
        {
            var table = TableOf(network);
            var heard = told.Where(t => neighbours.ContainsKey(t.From) && MayTell(t.Path, _neighbours[t.From][network]) && t.From != network && !t.Path.Hops.Contains(network))
                .Where(t => !IsInside(t.Path.Prefix, table))
                .Select(t => new AnnouncedPath(t.Path.Prefix, [t.From, .. t.Path.Hops], neighbours[t.From]))
                .Concat(table.Values.Where(path => path.Source == PathSource.Own))
                .GroupBy(path => path.Prefix)
                .ToDictionary(paths => paths.Key, paths => paths.Order(AnnouncedPath.BestFirst).First());
            if (heard.Count != table.Count || heard.Any(pair => !table.TryGetValue(pair.Key, out var known) || AnnouncedPath.BestFirst.Compare(known, pair.Value) != 0))
            {
                _tables[network] = heard;
                hasChanged = true;
            }
        }

        return hasChanged;
    }

    // Nobody believes a neighbour that tells him where his own addresses are (RFC 7454, section 6.1.4).
    private static bool IsInside(Prefix told, Dictionary<Prefix, AnnouncedPath> own) =>
        own.Values.Any(path => path.Source == PathSource.Own && path.Prefix.Length < told.Length && path.Prefix.Contains(told.Network));

    // What comes from a customer, or is one's own, everybody may hear: it brings money. The rest only those who pay.
    private static bool MayTell(AnnouncedPath path, PathSource listener) => path.Source is PathSource.Own or PathSource.Customer || listener == PathSource.Customer;

    private void Join(string upper, string lower, bool isPeering)
    {
        foreach (var network in (string[])[upper, lower])
        {
            _neighbours.TryAdd(network, []);
            _tables.TryAdd(network, []);
        }

        if (!_neighbours[upper].TryAdd(lower, isPeering ? PathSource.Peer : PathSource.Customer))
        {
            throw new FormatException($"{upper} and {lower} are joined twice. Expected: once at the most.");
        }

        _neighbours[lower][upper] = isPeering ? PathSource.Peer : PathSource.Provider;
        _relations.Add((upper, lower, isPeering));
    }

    private Dictionary<Prefix, AnnouncedPath> TableOf(string network) => _tables.TryGetValue(network, out var table)
        ? table
        : throw new ArgumentException($"There is no network '{network}'. There is: {string.Join(", ", _tables.Keys)}.", nameof(network));

    [GeneratedRegex(@"^(?<a>\w+)\s*(?<how>[>=])\s*(?<b>\w+)$", RegexOptions.CultureInvariant)]
    private static partial Regex RelationForm();
}

/// <summary>From whom a path was learned, the best first.</summary>
public enum PathSource
{
    /// <summary>From nobody: the prefix is announced here.</summary>
    Own,

    /// <summary>From somebody who pays.</summary>
    Customer,

    /// <summary>From an equal; nobody pays.</summary>
    Peer,

    /// <summary>From somebody who is paid.</summary>
    Provider,
}

/// <summary>A path to a prefix.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Hops">The networks on the way to it, the next one first; none if it is announced here.</param>
/// <param name="Source">From whom it was learned.</param>
public sealed record AnnouncedPath(Prefix Prefix, IReadOnlyList<string> Hops, PathSource Source)
{
    /// <summary>The better path first: by whom it was learned from, then the shorter, then by names, so that the choice is always the same.</summary>
    internal static Comparer<AnnouncedPath> BestFirst { get; } = Comparer<AnnouncedPath>.Create((one, other) =>
        one.Source != other.Source ? one.Source.CompareTo(other.Source)
        : one.Hops.Count != other.Hops.Count ? one.Hops.Count.CompareTo(other.Hops.Count)
        : string.CompareOrdinal(string.Join(" ", one.Hops), string.Join(" ", other.Hops)));

    /// <summary>The path as one line: <c>203.0.113.0/24: A S</c>.</summary>
    public override string ToString() => $"{Prefix}: {(Hops.Count == 0 ? "announced here" : string.Join(" ", Hops))}";
}
