using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// A table of IPv4 prefixes that finds the longest prefix containing an address, as a router does for every packet (RFC 1812,
/// section 5.2.4.3).
/// </summary>
/// <typeparam name="T">The value stored with a prefix, for instance the next hop.</typeparam>
public interface IPrefixTable<T>
{
    /// <summary>The number of prefixes in the table.</summary>
    int Count { get; }

    /// <summary>Adds a prefix, or replaces its value.</summary>
    /// <exception cref="ArgumentException">The prefix is not an IPv4 prefix.</exception>
    void Enter(Prefix prefix, T value);

    /// <summary>Removes a prefix.</summary>
    /// <returns>Whether it was in the table.</returns>
    bool Remove(Prefix prefix);

    /// <summary>Finds the longest prefix that contains an address.</summary>
    /// <param name="address">The address, as a number.</param>
    /// <param name="match">The prefix and its value.</param>
    /// <returns>The number of prefixes examined; negative if none of them matched.</returns>
    int Find(uint address, out PrefixMatch<T> match);

    /// <summary>Finds the longest prefix that contains an address; null if there is none.</summary>
    /// <exception cref="InvalidOperationException">The address is not an IPv4 address.</exception>
    PrefixMatch<T>? Find(Address address) => Find(address.ToUInt32(), out var match) > 0 ? match : null;
}

/// <summary>The result of a lookup: a prefix and its value.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Value">The value stored with it.</param>
public readonly record struct PrefixMatch<T>(Prefix Prefix, T Value)
{
    /// <summary>The match as text.</summary>
    public override string ToString() => $"{Prefix} → {Value}";
}

/// <summary>An IPv4 prefix as tables store it: its bits, and how many of them are significant.</summary>
internal readonly record struct PrefixBits(uint Bits, byte Length)
{
    public uint Mask => Length == 0 ? 0 : uint.MaxValue << (32 - Length);

    public static PrefixBits Of(Prefix prefix) => prefix.IsV6
        ? throw new ArgumentException($"{prefix} is an IPv6 prefix, and this table holds IPv4 prefixes.", nameof(prefix))
        : new PrefixBits(prefix.Network.ToUInt32(), (byte)prefix.Length);

    public bool Contains(uint address) => ((address ^ Bits) & Mask) == 0;

    public Prefix ToPrefix() => new(Address.V4(Bits), Length);

    public override string ToString() => ToPrefix().ToString();
}
