using System.Runtime.CompilerServices;

namespace NetworkingCourse.Network;

/// <summary>Prefixes in a list. To find the longest that matches, every one is looked at.</summary>
/// <typeparam name="T">What is known of a prefix.</typeparam>
public sealed class PrefixList<T> : IPrefixTable<T>
{
    private readonly List<PrefixBits> _prefixes = [];
    private readonly List<T> _values = [];

    /// <inheritdoc/>
    public int Count => _prefixes.Count;

    /// <inheritdoc/>
    public void Enter(Prefix prefix, T value)
    {
        Remove(prefix);
        _prefixes.Add(PrefixBits.Of(prefix));
        _values.Add(value);
    }

    /// <inheritdoc/>
    public bool Remove(Prefix prefix)
    {
        var at = _prefixes.IndexOf(PrefixBits.Of(prefix));
        if (at >= 0)
        {
            _prefixes.RemoveAt(at);
            _values.RemoveAt(at);
        }

        return at >= 0;
    }

    /// <inheritdoc/>
    // Compiled well from the first call on: its time is measured.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(uint address, out PrefixMatch<T> match)
    {
        var best = -1;
        for (var i = 0; i < _prefixes.Count; i++)
        {
            if (_prefixes[i].Contains(address) && (best < 0 || _prefixes[i].Length > _prefixes[best].Length))
            {
                best = i;
            }
        }

        match = best < 0 ? default : new PrefixMatch<T>(_prefixes[best].ToPrefix(), _values[best]);
        return best < 0 ? -_prefixes.Count : _prefixes.Count;
    }

    // For tables that are known to hold each prefix once: entering them one by one would take the square of their number.
    internal static PrefixList<T> Of(IEnumerable<KeyValuePair<Prefix, T>> prefixes)
    {
        var list = new PrefixList<T>();
        foreach (var (prefix, value) in prefixes)
        {
            list._prefixes.Add(PrefixBits.Of(prefix));
            list._values.Add(value);
        }

        return list;
    }
}
