using System.Runtime.CompilerServices;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>A list of prefixes. A lookup examines every one of them.</summary>
/// <typeparam name="T">The value stored with a prefix.</typeparam>
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
    // Fully optimised from the first call on, because its time is measured.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(uint address, out PrefixMatch<T> match)
    {
        var best = -1;
        for (var i = 0; i < _prefixes.Count; i++)
        {
            if (_prefixes[i].Contains(address)
                && (best < 0 || _prefixes[i].Length > _prefixes[best].Length))
            {
                best = i;
            }
        }

        match = best < 0 ? default : new PrefixMatch<T>(_prefixes[best].ToPrefix(), _values[best]);
        return best < 0 ? -_prefixes.Count : _prefixes.Count;
    }

    // For input that is known to contain each prefix once: adding prefixes one by one would take quadratic time.
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
