using System.Net;
using System.Numerics;
using CsCheck;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Packets.Addresses;

public sealed class PrefixTests
{
    [Fact]
    public void A_prefix_is_read_back_from_its_text_by_us_and_by_the_framework() => PacketGen.Prefixes.Sample(prefix =>
        Prefix.Parse(prefix.ToString()) == prefix && IPNetwork.Parse(prefix.ToString()).PrefixLength == prefix.Length);

    [Fact]
    public void It_contains_the_addresses_that_the_framework_says_it_contains() =>
        Gen.Select(PacketGen.Prefixes, PacketGen.Any).Sample((prefix, address) =>
        {
            // A random address is hardly ever inside, so one that shares the prefix's bits is tried too.
            var inside = prefix.IsV6 == address.IsV6 ? Or(prefix.Network, address.Bits & ~prefix.Mask.Bits) : prefix.Last;
            var network = new IPNetwork(prefix.Network.ToIPAddress(), prefix.Length);
            // The framework treats a mapped address as the IPv4 address that it is.
            return new[] { address, inside, prefix.Network, prefix.Last }
                    .Where(some => !some.IsMapped)
                    .All(some => prefix.Contains(some) == network.Contains(some.ToIPAddress()))
                && prefix.Contains(inside);
        });

    [Fact]
    public void What_lies_just_outside_is_not_in_it() => PacketGen.Prefixes.Where(prefix => prefix.Length > 0).Sample(prefix =>
        !prefix.Contains(Next(prefix.Last)) && !prefix.Contains(prefix.Network.IsV6 ? Address.V4(0) : Address.V6(0)));

    [Fact]
    public void Count_mask_first_and_last_agree() => PacketGen.Prefixes.Sample(prefix =>
        (BigInteger)prefix.Last.Bits - (BigInteger)prefix.Network.Bits + 1 == prefix.Count
        && (prefix.Network.Bits & prefix.Mask.Bits) == prefix.Network.Bits
        && (prefix.Last.Bits & prefix.Mask.Bits) == prefix.Network.Bits
        && (int)UInt128.PopCount(prefix.Mask.Bits) == prefix.Length);

    [Fact]
    public void An_address_is_in_exactly_one_prefix_of_each_length_and_the_shorter_contain_the_longer() =>
        Gen.Select(PacketGen.Any, Gen.Int[0, 128], Gen.Int[0, 128]).Sample((address, one, two) =>
        {
            var shorter = Prefix.Of(address, Math.Min(Math.Min(one, two), address.Width));
            var longer = Prefix.Of(address, Math.Min(Math.Max(one, two), address.Width));
            return shorter.Contains(address)
                && longer.Contains(address)
                && shorter.Contains(longer)
                && (longer.Contains(shorter) == (longer == shorter))
                && shorter <= longer;
        });

    [Fact]
    public void The_parts_of_a_prefix_are_in_order_and_cover_it() =>
        Gen.Select(PacketGen.Prefixes, Gen.Int[0, 8]).Sample((prefix, more) =>
        {
            var parts = prefix.Split(Math.Min(prefix.Length + more, prefix.Network.Width)).ToList();
            return parts[0].Network == prefix.Network && parts[^1].Last == prefix.Last && parts.All(part => prefix.Contains(part))
                && parts.Zip(parts.Skip(1)).All(pair => Next(pair.First.Last) == pair.Second.Network);
        });

    [Theory]
    [InlineData("192.0.2.0/255.255.255.0", "192.0.2.0/24")]
    [InlineData("10.0.0.0/255.0.0.0", "10.0.0.0/8")]
    [InlineData("0.0.0.0/0.0.0.0", "0.0.0.0/0")]
    [InlineData("192.0.2.1/255.255.255.255", "192.0.2.1/32")]
    [InlineData("::/0", "::/0")]
    public void A_mask_says_the_same_as_a_length(string text, string prefix) =>
        Assert.Equal(prefix, Prefix.Parse(text).ToString());

    [Theory]
    [InlineData("192.0.2.0", "there is no / in it")]
    [InlineData("192.0.2.1/24", "bits after the first 24 must be 0. 192.0.2.1 is in 192.0.2.0/24.")]
    [InlineData("192.0.2.0/33", "the number of fixed bits, 0 to 32, not '33'")]
    [InlineData("2001:db8::/129", "the number of fixed bits, 0 to 128, not '129'")]
    [InlineData("192.0.2.0/", "the number of fixed bits, 0 to 32, not ''")]
    [InlineData("192.0.2.0/-1", "the number of fixed bits")]
    [InlineData("192.0.2.0/+1", "the number of fixed bits")]
    [InlineData("192.0.2.0/24\0", "the number of fixed bits")]
    [InlineData("2001:db8::/32\0", "the number of fixed bits")]
    [InlineData("192.0.2.0/255.255.255.0\0", "is not a decimal number")]
    [InlineData("192.0.2.0/255.0.255.0", "255.0.255.0 is not a mask: it has a one after its first zero bit")]
    [InlineData("192.0.2.0/255.255.0", "it has 3 numbers")]
    [InlineData("192.0.300.0/24", "300 is over 255")]
    [InlineData("2001:db8::/255.0.0.0", "the number of fixed bits, 0 to 128")]
    public void What_is_no_prefix_is_refused_and_the_reason_is_said(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Prefix.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void One_that_is_made_must_be_one_too()
    {
        Assert.Throws<ArgumentException>(() => new Prefix(Address.Parse("192.0.2.1"), 24));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Prefix(Address.Parse("192.0.2.0"), 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => Prefix.Of(Address.Parse("192.0.2.0"), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Prefix.Parse("10.0.0.0/8").Split(7));
        Assert.Contains(
            "16,777,216 prefixes",
            Assert.Throws<ArgumentOutOfRangeException>(() => Prefix.Parse("10.0.0.0/8").Split(32)).Message,
            StringComparison.Ordinal);
    }

    private static Address Or(Address address, UInt128 bits) =>
        address.IsV6
            ? Address.V6(address.Bits | bits)
            : Address.V4((uint)(address.Bits | bits));

    private static Address Next(Address address) =>
        address.IsV6
            ? Address.V6(address.Bits + 1)
            : Address.V4((uint)address.Bits + 1);
}
