using System.Diagnostics.CodeAnalysis;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>The routes of a node: a trie, or a prefix table of the learner's that decides in its place.</summary>
internal sealed class RouteTable
{
    private readonly PrefixTrie<NextHop> _routes = new();
    private readonly List<NextHop> _numbered = [];
    private IPrefixTable<int>? _deciding;

    /// <summary>All routes, in no particular order.</summary>
    public IEnumerable<PrefixMatch<NextHop>> All => _routes.All;

    /// <summary>
    /// Lets another table look up all addresses from now on. It gets all the routes there are, and every change; the values in it
    /// are numbers from 1.
    /// </summary>
    public void Use(IPrefixTable<int> table)
    {
        _deciding = table;
        _numbered.Clear();
        foreach (var route in _routes.All.OrderBy(route => route.Prefix))
        {
            Notify(route.Prefix, route.Value);
        }
    }

    public void Enter(Prefix prefix, NextHop hop)
    {
        _routes.Enter(prefix, hop);
        Notify(prefix, hop);
    }

    public void Remove(Prefix prefix)
    {
        _routes.Remove(prefix);
        _deciding?.Remove(prefix);
    }

    /// <inheritdoc cref="IPrefixTable{T}.Find(uint, out PrefixMatch{T})"/>
    public int Find(uint address, out PrefixMatch<NextHop> match)
    {
        if (_deciding is null)
        {
            return _routes.Find(address, out match);
        }

        var looked = _deciding.Find(address, out var found);
        var isRoute = looked > 0 && found.Value >= 1 && found.Value <= _numbered.Count;
        match = isRoute ? new PrefixMatch<NextHop>(found.Prefix, _numbered[found.Value - 1]) : default;
        return isRoute ? looked : -Math.Abs(looked);
    }

    /// <inheritdoc cref="PrefixTrie{T}.TryGet(Prefix, out T)"/>
    public bool TryGet(Prefix prefix, [MaybeNullWhen(false)] out NextHop hop) => _routes.TryGet(prefix, out hop);

    private void Notify(Prefix prefix, NextHop hop)
    {
        if (_deciding is null)
        {
            return;
        }

        var number = _numbered.IndexOf(hop) + 1;
        if (number == 0)
        {
            _numbered.Add(hop);
            number = _numbered.Count;
        }

        _deciding.Enter(prefix, number);
    }
}
