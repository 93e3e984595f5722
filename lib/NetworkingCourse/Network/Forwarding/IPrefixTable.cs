namespace NetworkingCourse.Network;

/// <summary>A table of IPv4 prefixes that finds the longest one that an address is in: what a router does with every packet (RFC 1812, section 5.2.4.3).</summary>
/// <typeparam name="T">What is known of a prefix, for instance the next hop.</typeparam>
public interface IPrefixTable<T>
{
    /// <summary>How many prefixes there are.</summary>
    int Count { get; }

    /// <summary>Enters a prefix, or replaces what was known of it.</summary>
    /// <exception cref="ArgumentException">It is not one of IPv4.</exception>
    void Enter(Prefix prefix, T value);

    /// <summary>Takes a prefix out.</summary>
    /// <returns>Whether it was in.</returns>
    bool Remove(Prefix prefix);

    /// <summary>Finds the longest prefix that an address is in.</summary>
    /// <param name="address">The address, as a number.</param>
    /// <param name="match">The prefix, and what is known of it.</param>
    /// <returns>How many prefixes were looked at; negative if none of them matched.</returns>
    int Find(uint address, out PrefixMatch<T> match);

    /// <summary>Finds the longest prefix that an address is in; null if it is in none.</summary>
    /// <exception cref="InvalidOperationException">It is not an address of IPv4.</exception>
    PrefixMatch<T>? Find(Address address) => Find(address.ToUInt32(), out var match) > 0 ? match : null;
}

/// <summary>A prefix that was found.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Value">What is known of it.</param>
public readonly record struct PrefixMatch<T>(Prefix Prefix, T Value)
{
    /// <summary>The match in words.</summary>
    public override string ToString() => $"{Prefix} → {Value}";
}

/// <summary>A prefix as a table keeps it: the bits, and how many of them count.</summary>
internal readonly record struct PrefixBits(uint Bits, byte Length)
{
    public uint Mask => Length == 0 ? 0 : uint.MaxValue << (32 - Length);

    public static PrefixBits Of(Prefix prefix) => prefix.IsV6
        ? throw new ArgumentException($"{prefix} is a prefix of IPv6, and this table holds those of IPv4.", nameof(prefix))
        : new PrefixBits(prefix.Network.ToUInt32(), (byte)prefix.Length);

    public bool Contains(uint address) => ((address ^ Bits) & Mask) == 0;

    public Prefix ToPrefix() => new(Address.V4(Bits), Length);

    public override string ToString() => ToPrefix().ToString();
}
