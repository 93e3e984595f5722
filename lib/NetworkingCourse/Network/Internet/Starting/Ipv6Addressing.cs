using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>The IPv6 addresses that a host derives by itself.</summary>
public static class Ipv6Addressing
{
    /// <summary>All hosts and routers on the link (RFC 4291, section 2.7.1).</summary>
    public static Address AllNodes { get; } = Address.Parse("ff02::1");

    /// <summary>All routers on the link (RFC 4291, section 2.7.1).</summary>
    public static Address AllRouters { get; } = Address.Parse("ff02::2");

    /// <summary>The prefix of addresses that are valid on one link only (RFC 4862, section 5.3).</summary>
    public static Prefix LinkLocal { get; } = Prefix.Parse("fe80::/64");

    /// <summary>
    /// Forms an address from a prefix of 64 bits and a card's address: <c>ff:fe</c> goes into its middle, and the universal bit
    /// is inverted (RFC 4291, appendix A; RFC 4862, section 5.5.3).
    /// </summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="card">The card's address.</param>
    /// <exception cref="ArgumentException">The prefix is not an IPv6 prefix of 64 bits.</exception>
    public static Address AddressOf(Prefix prefix, MacAddress card)
    {
        if (!prefix.IsV6 || prefix.Length != 64)
        {
            throw new ArgumentException($"{prefix} is not an IPv6 prefix of 64 bits.", nameof(prefix));
        }

        Span<byte> bytes = stackalloc byte[16];
        prefix.Network.WriteTo(bytes);
        card.WriteTo(bytes[8..]);
        bytes[11..14].CopyTo(bytes[13..]);
        (bytes[11], bytes[12]) = (0xFF, 0xFE);
        bytes[8] ^= 0x02;
        return Address.FromBytes(bytes);
    }

    /// <summary>
    /// The group that a machine joins for each of its addresses: <c>ff02::1:ff00:0</c> with the last 24 bits of the address (RFC
    /// 4291, section 2.7.1).
    /// </summary>
    /// <param name="address">The address.</param>
    public static Address SolicitedNode(Address address)
    {
        var bytes = Address.Parse("ff02::1:ff00:0").ToBytes();
        address.ToBytes().AsSpan(13).CopyTo(bytes.AsSpan(13));
        return Address.FromBytes(bytes);
    }

    /// <summary>The Ethernet address of a group: <c>33:33</c> and the last 32 bits of the group (RFC 2464, section 7).</summary>
    /// <param name="group">The group.</param>
    public static MacAddress CardOf(Address group) => new(0x3333_0000_0000UL | (uint)group.Bits);
}
