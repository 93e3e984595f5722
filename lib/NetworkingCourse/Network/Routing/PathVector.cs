using System.Text.RegularExpressions;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// Path-vector routing between autonomous networks, in rounds. A network announces a prefix together with the complete path to
/// it, so that no network uses a path that leads through itself (BGP, RFC 4271). Which path is chosen, and to whom it is
/// announced, depends not only on length but on who pays whom (Gao and Rexford, 2001): a customer's path is preferred to a
/// peer's, and a peer's to a provider's; a path learned from a peer or provider is announced to customers only.
/// </summary>
public sealed partial class PathVector : Shown
{
    private readonly Dictionary<string, Dictionary<string, PathSource>> _neighbours = [];
    private readonly Dictionary<string, Dictionary<Prefix, AnnouncedPath>> _tables = [];
    private readonly List<(string Upper, string Lower, bool IsPeering)> _relations = [];

    private readonly Func<AnnouncedPath, PathSource, bool> _mayAnnounce;

    private PathVector(Func<AnnouncedPath, PathSource, bool> mayAnnounce) => _mayAnnounce = mayAnnounce;

    /// <summary>The networks, in order of first appearance.</summary>
    public IReadOnlyList<string> Networks => [.. _neighbours.Keys];

    /// <summary>The number of rounds so far.</summary>
    public int Round { get; private set; }

    /// <summary>
    /// Parses the relations between networks: <c>T > A, T > B, A = B, A > S</c>. The <c>></c> points to the customer; <c>=</c>
    /// joins two peers.
    /// </summary>
    /// <param name="text">The relations.</param>
    /// <param name="mayAnnounce">
    /// Decides whether a network announces a path that it uses to a neighbour, given the path and what the neighbour is to the
    /// network; by default the rule of Gao and Rexford.
    /// </param>
    /// <exception cref="FormatException">The text is invalid; the message says where, and what was expected.</exception>
    public static PathVector Of(string text, Func<AnnouncedPath, PathSource, bool>? mayAnnounce = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var routing = new PathVector(mayAnnounce ?? MayAnnounce);
        foreach (var entry in text.Split(
            [',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var form = RelationForm().Match(entry);
            if (!form.Success || form.Groups["a"].Value == form.Groups["b"].Value)
            {
                throw new FormatException(
                    $"'{entry}' is not a relation between two networks. Expected: two different names, "
                        + "with > between a provider and its customer, or = between peers: 'T > A'.");
            }

            routing.Join(form.Groups["a"].Value, form.Groups["b"].Value, form.Groups["how"].Value == "=");
        }

        return routing;
    }

    /// <summary>
    /// Announces a prefix as a network's own, whether it is or not: the announcement does not show the difference.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such network.</exception>
    public void Announce(string network, Prefix prefix) =>
        TableOf(network)[prefix] = new AnnouncedPath(prefix, [], PathSource.Own);

    /// <summary>
    /// Performs rounds, in which every network announces to its neighbours what they may learn, until nothing changes any more.
    /// </summary>
    /// <param name="maxRounds">The maximum number of rounds.</param>
    /// <returns>The number of rounds that have changed something.</returns>
    /// <exception cref="InvalidOperationException">The maximum number of rounds was not enough.</exception>
    public int Converge(int maxRounds = 1_000)
    {
        var began = Round;
        while (Step())
        {
            if (Round - began == maxRounds)
            {
                throw new InvalidOperationException(InvariantText.Format($"Not converged after {maxRounds:N0} rounds."));
            }

            Round++;
        }

        return Round - began;
    }

    /// <summary>The path of a network to the longest prefix that contains an address; null if it has none.</summary>
    /// <exception cref="ArgumentException">There is no such network.</exception>
    public AnnouncedPath? Route(string network, Address address) =>
        TableOf(network).Values
            .Where(path => path.Prefix.Contains(address))
            .OrderByDescending(path => path.Prefix.Length)
            .FirstOrDefault();

    /// <summary>The paths that every network knows, one row per path.</summary>
    public Table Table() => new(
        ["network", "prefix", "path", "learned from"],
        from network in _tables
        from path in network.Value.Values.OrderBy(path => path.Prefix)
        select (IReadOnlyList<object?>)
        [
            network.Key,
            path.Prefix,
            path.Hops.Count == 0 ? "announced here" : string.Join(" ", path.Hops),
            path.Hops.Count == 0 ? "" : $"its {InvariantText.Of(path.Source)} {path.Hops[0]}",
        ],
        InvariantText.Format($"After {Round} rounds."));

    /// <summary>Draws the paths of packets for an address from every network.</summary>
    /// <param name="address">The address.</param>
    public NetworkDiagram Draw(Address address)
    {
        var routes = _tables.Keys.ToDictionary(network => network, network => Route(network, address));
        bool IsUsed(string a, string b) => routes[a] is { Hops: [var first, ..] } && first == b;
        string? End(string upper, string lower) => IsUsed(upper, lower) ? lower : IsUsed(lower, upper) ? upper : null;
        DiagramLink Drawn(string upper, string lower, bool isPeering) =>
            new(upper, lower, isPeering ? "peers" : $"{lower} pays {upper}")
            {
                State = End(upper, lower) is null ? DiagramLinkState.Idle : DiagramLinkState.OnRoute,
                Towards = End(upper, lower),
            };
        var nodes = _neighbours.Keys.Select(network =>
            new DiagramNode(network, DiagramNodeKind.Plain, Told(routes[network]))
            {
                IsMarked = routes[network] is { Hops.Count: 0 },
            });
        return new NetworkDiagram(
            $"Where packets to {address} go",
            nodes,
            _relations.Select(relation => Drawn(relation.Upper, relation.Lower, relation.IsPeering)))
        {
            Places = ProviderTiers.Of(Networks, _relations)
                ?? ForceLayout.Of(Networks, _relations.Select(relation => (relation.Upper, relation.Lower)), seed: 1),
            Caption =
                "Customers are below their providers. Each network shows the prefix that it uses: the longest match. "
                + "Filled: it announces that prefix itself. Thick: packets to the address take this link.",
        };
    }

    /// <inheritdoc/>
    protected override IShown ShownAs => Table();

    private static string Told(AnnouncedPath? path) => path switch
    {
        null => "no path",
        { Hops.Count: 0 } => $"announces {path.Prefix}",
        _ => $"uses {path.Prefix}",
    };

    private bool Step()
    {
        // All announcements are made before any of them is processed.
        var told = _tables
            .SelectMany(network => network.Value.Values, (network, path) => (From: network.Key, Path: path))
            .ToList();
        var hasChanged = false;
        foreach (var (network, neighbours) in _neighbours)
        {
            var table = TableOf(network);
            var heard = told
                .Where(t => neighbours.ContainsKey(t.From)
                    && _mayAnnounce(t.Path, _neighbours[t.From][network])
                    && t.From != network
                    && !t.Path.Hops.Contains(network))
                .Where(t => !IsInside(t.Path.Prefix, table))
                .Select(t => new AnnouncedPath(t.Path.Prefix, [t.From, .. t.Path.Hops], neighbours[t.From]))
                .Concat(table.Values.Where(path => path.Source == PathSource.Own))
                .GroupBy(path => path.Prefix)
                .ToDictionary(paths => paths.Key, paths => paths.Order(AnnouncedPath.BestFirst).First());
            if (heard.Count != table.Count
                || heard.Any(pair => !table.TryGetValue(pair.Key, out var known)
                    || AnnouncedPath.BestFirst.Compare(known, pair.Value) != 0))
            {
                _tables[network] = heard;
                hasChanged = true;
            }
        }

        return hasChanged;
    }

    // A network rejects announcements for its own addresses from its neighbours (RFC 7454, section 6.1.4).
    private static bool IsInside(Prefix told, Dictionary<Prefix, AnnouncedPath> own) =>
        own.Values.Any(path => path.Source == PathSource.Own
            && path.Prefix.Length < told.Length
            && path.Prefix.Contains(told.Network));

    // A network's own prefixes and its customers' paths go to all neighbours, because that traffic earns money; the rest goes to
    // customers only.
    internal static bool MayAnnounce(AnnouncedPath path, PathSource listener) =>
        path.Source is PathSource.Own or PathSource.Customer || listener == PathSource.Customer;

    private void Join(string upper, string lower, bool isPeering)
    {
        foreach (var network in (string[])[upper, lower])
        {
            _neighbours.TryAdd(network, []);
            _tables.TryAdd(network, []);
        }

        if (!_neighbours[upper].TryAdd(lower, isPeering ? PathSource.Peer : PathSource.Customer))
        {
            throw new FormatException($"{upper} and {lower} are joined twice. Expected: at most once.");
        }

        _neighbours[lower][upper] = isPeering ? PathSource.Peer : PathSource.Provider;
        _relations.Add((upper, lower, isPeering));
    }

    private Dictionary<Prefix, AnnouncedPath> TableOf(string network) => _tables.TryGetValue(network, out var table)
        ? table
        : throw new ArgumentException(
            $"There is no network '{network}'. The networks: {string.Join(", ", _tables.Keys)}.", nameof(network));

    [GeneratedRegex(@"^(?<a>\w+)\s*(?<how>[>=])\s*(?<b>\w+)$", RegexOptions.CultureInvariant)]
    private static partial Regex RelationForm();
}

/// <summary>The relation to the neighbour from which a path was learned, the most preferred first.</summary>
public enum PathSource
{
    /// <summary>Not learned: the network announces the prefix itself.</summary>
    Own,

    /// <summary>From a customer, which pays the network.</summary>
    Customer,

    /// <summary>From a peer; neither side pays.</summary>
    Peer,

    /// <summary>From a provider, which the network pays.</summary>
    Provider,
}

/// <summary>A path to a prefix.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Hops">The networks on the path, the next one first; empty if the prefix is announced here.</param>
/// <param name="Source">The relation to the neighbour from which the path was learned.</param>
public sealed record AnnouncedPath(Prefix Prefix, IReadOnlyList<string> Hops, PathSource Source)
{
    /// <summary>
    /// Orders paths from best to worst: by source, then by length, then by names, so that the choice is always the same.
    /// </summary>
    internal static Comparer<AnnouncedPath> BestFirst { get; } = Comparer<AnnouncedPath>.Create((one, other) =>
        one.Source != other.Source ? one.Source.CompareTo(other.Source)
        : one.Hops.Count != other.Hops.Count ? one.Hops.Count.CompareTo(other.Hops.Count)
        : string.CompareOrdinal(string.Join(" ", one.Hops), string.Join(" ", other.Hops)));

    /// <summary>The path as one line: <c>203.0.113.0/24: A S</c>.</summary>
    public override string ToString() => $"{Prefix}: {(Hops.Count == 0 ? "announced here" : string.Join(" ", Hops))}";
}
