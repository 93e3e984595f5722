using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// Prefixes in a path-compressed binary tree (a Patricia trie; Morrison, 1968). Below a node are the longer prefixes that begin
/// with its bits; the next bit selects the branch. A node without a prefix of its own exists only where paths branch, so a table
/// of n prefixes has fewer than 2·n nodes, and no path visits more than 33.
/// </summary>
/// <remarks>
/// Nodes are structs in one array, referred to by index, rather than objects: there are no object headers, no 8-byte pointers,
/// and nothing for the garbage collector to trace.
/// </remarks>
/// <typeparam name="T">The value stored with a prefix.</typeparam>
public sealed class PrefixTrie<T> : IPrefixTable<T>
{
    private const int None = -1;
    private const int Root = 0;

    private Node[] _nodes = new Node[16];
    private T[] _values = new T[16];
    private int _used = 1;
    private int _free = None;

    /// <summary>Creates an empty table.</summary>
    public PrefixTrie() => _nodes[Root] = Node.Of(default);

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <summary>The number of nodes, including the root and nodes without a prefix of their own.</summary>
    public int Nodes { get; private set; } = 1;

    /// <summary>All prefixes with their values, in no particular order.</summary>
    public IEnumerable<PrefixMatch<T>> All => Enumerable.Range(0, _used)
        .Where(node => _nodes[node].HasValue)
        .Select(node => new PrefixMatch<T>(_nodes[node].Prefix.ToPrefix(), _values[node]));

    /// <inheritdoc/>
    // Fully optimised from the first call on, because its time is measured.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(uint address, out PrefixMatch<T> match)
    {
        var (best, looked) = (None, 0);
        for (var at = Root; at != None;)
        {
            ref readonly var node = ref _nodes[at];
            looked++;
            if (!node.Prefix.Contains(address))
            {
                break; // no prefix below this node contains the address either
            }

            best = node.HasValue ? at : best;
            at = node.Prefix.Length == 32 ? None : node.Child(address);
        }

        match = best == None
            ? default
            : new PrefixMatch<T>(_nodes[best].Prefix.ToPrefix(), _values[best]);
        return best == None ? -looked : looked;
    }

    /// <summary>Finds the value of exactly this prefix, regardless of longer or shorter ones.</summary>
    /// <returns>Whether it is in the table.</returns>
    /// <exception cref="ArgumentException">The prefix is not an IPv4 prefix.</exception>
    public bool TryGet(Prefix prefix, [MaybeNullWhen(false)] out T value)
    {
        var wanted = PrefixBits.Of(prefix);
        var at = Root;
        while (at != None && _nodes[at].Prefix.Length < wanted.Length && _nodes[at].Prefix.Contains(wanted.Bits))
        {
            at = _nodes[at].Child(wanted.Bits);
        }

        var isThere = at != None && _nodes[at].HasValue && _nodes[at].Prefix == wanted;
        value = isThere ? _values[at] : default;
        return isThere;
    }

    /// <inheritdoc/>
    public void Enter(Prefix prefix, T value)
    {
        var wanted = PrefixBits.Of(prefix);
        var (at, parent) = (Root, None);
        while (at != None && _nodes[at].Prefix.Length <= wanted.Length && _nodes[at].Prefix.Contains(wanted.Bits))
        {
            if (_nodes[at].Prefix.Length == wanted.Length)
            {
                Give(at, value);
                return;
            }

            (parent, at) = (at, _nodes[at].Child(wanted.Bits));
        }

        var added = Take(wanted);
        Give(added, value);
        if (at == None)
        {
            Hang(added, parent);
            return;
        }

        // The existing node moves down: below the new one, or below a third node at which the two branch.
        var shared = Shared(wanted, _nodes[at].Prefix);
        var upper = shared.Length == wanted.Length ? added : Take(shared);
        Hang(upper, parent);
        Hang(at, upper);
        if (upper != added)
        {
            Hang(added, upper);
        }
    }

    /// <inheritdoc/>
    public bool Remove(Prefix prefix)
    {
        var wanted = PrefixBits.Of(prefix);
        var (at, parent, above) = (Root, None, None);
        while (at != None && _nodes[at].Prefix != wanted)
        {
            if (_nodes[at].Prefix.Length >= wanted.Length || !_nodes[at].Prefix.Contains(wanted.Bits))
            {
                return false;
            }

            (above, parent, at) = (parent, at, _nodes[at].Child(wanted.Bits));
        }

        if (at == None || !_nodes[at].HasValue)
        {
            return false;
        }

        (_nodes[at].HasValue, _values[at]) = (false, default!);
        Count--;
        Prune(at, parent);
        if (parent != None)
        {
            Prune(parent, above);
        }

        return true;
    }

    /// <summary>Shows the path through the trie for one address, one row per node.</summary>
    public Table Explain(Address address)
    {
        var (number, rows) = (address.ToUInt32(), new List<IReadOnlyList<object?>>());
        for (var at = Root; at != None;)
        {
            var node = _nodes[at];
            var isMatch = node.Prefix.Contains(number);
            at = isMatch && node.Prefix.Length < 32 ? node.Child(number) : None;
            rows.Add([
                rows.Count + 1,
                node.Prefix,
                isMatch ? node.HasValue ? "matches: the best so far" : "matches; no prefix of its own" : "does not match: stop",
                isMatch && node.Prefix.Length < 32
                    ? InvariantText.Format($"bit {node.Prefix.Length + 1} is {Node.Bit(number, node.Prefix.Length)}: ")
                        + (at == None ? "no node there" : "go there")
                    : "",
            ]);
        }

        var found = Find(number, out var match) > 0;
        return new Table(
            ["", "node", address.ToString(), ""],
            rows,
            found ? $"The longest match is {match}." : "No prefix matches.");
    }

    private void Give(int node, T value)
    {
        Count += _nodes[node].HasValue ? 0 : 1;
        (_nodes[node].HasValue, _values[node]) = (true, value);
    }

    private void Hang(int node, int parent) => _nodes[parent].SetChild(_nodes[node].Prefix.Bits, node);

    // A node without a prefix of its own stays only if paths branch at it.
    private void Prune(int node, int parent)
    {
        ref readonly var gone = ref _nodes[node];
        if (parent == None || gone.HasValue || (gone.Zero != None && gone.One != None))
        {
            return;
        }

        _nodes[parent].SetChild(gone.Prefix.Bits, gone.Zero != None ? gone.Zero : gone.One);
        _nodes[node].Zero = _free;
        _free = node;
        Nodes--;
    }

    private int Take(PrefixBits prefix)
    {
        Nodes++;
        var node = _free;
        if (node != None)
        {
            _free = _nodes[node].Zero;
        }
        else
        {
            node = _used++;
            if (node == _nodes.Length)
            {
                Array.Resize(ref _nodes, 2 * node);
                Array.Resize(ref _values, 2 * node);
            }
        }

        _nodes[node] = Node.Of(prefix);
        return node;
    }

    private static PrefixBits Shared(PrefixBits one, PrefixBits other)
    {
        var length = Math.Min(BitOperations.LeadingZeroCount(one.Bits ^ other.Bits), Math.Min(one.Length, other.Length));
        return new PrefixBits(length == 0 ? 0 : one.Bits & (uint.MaxValue << (32 - length)), (byte)length);
    }

    private struct Node
    {
        public PrefixBits Prefix;
        public bool HasValue;
        public int Zero;
        public int One;

        public static Node Of(PrefixBits prefix) => new() { Prefix = prefix, Zero = None, One = None };

        public static int Bit(uint address, int position) => (int)(address >> (31 - position)) & 1;

        // The branch for prefixes with these bits.
        public readonly int Child(uint bits) => Bit(bits, Prefix.Length) == 0 ? Zero : One;

        public void SetChild(uint bits, int node)
        {
            if (Bit(bits, Prefix.Length) == 0)
            {
                Zero = node;
            }
            else
            {
                One = node;
            }
        }
    }
}
