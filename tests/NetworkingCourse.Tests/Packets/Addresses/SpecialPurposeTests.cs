using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Packets.Addresses;

public sealed class SpecialPurposeTests
{
    [Theory]
    [InlineData("127.0.0.1", "Loopback (RFC 1122 section 3.2.1.3)")]
    [InlineData("10.255.255.255", "Private-Use (RFC 1918)")]
    [InlineData("172.31.255.255", "Private-Use (RFC 1918)")]
    [InlineData("172.32.0.0", "an ordinary address, globally reachable")]
    [InlineData("100.64.0.1", "Shared Address Space (RFC 6598)")]
    [InlineData("192.0.0.9", "Port Control Protocol Anycast (RFC 7723)")] // more specific than 192.0.0.0/24
    [InlineData("192.0.0.200", "IETF Protocol Assignments (RFC 6890 section 2.1)")]
    [InlineData("255.255.255.255", "Limited Broadcast (RFC 8190, RFC 919 section 7)")] // more specific than 240.0.0.0/4
    [InlineData("224.0.0.1", "Multicast (RFC 5771)")]
    [InlineData("9.9.9.9", "an ordinary address, globally reachable")]
    [InlineData("::1", "Loopback Address (RFC 4291)")]
    [InlineData("::ffff:192.0.2.1", "IPv4-mapped Address (RFC 4291)")]
    [InlineData("2001:db8::1", "Documentation (RFC 3849)")]
    [InlineData("fe80::1", "Link-Local Unicast (RFC 4291)")]
    [InlineData("fd00::1", "Unique-Local (RFC 4193, RFC 8190)")]
    [InlineData("2620::1", "an ordinary address, globally reachable")]
    [InlineData("ff02::1", "Multicast (RFC 4291 section 2.7)")]
    [InlineData("8000::1", "unassigned (RFC 4291 section 2.4)")]
    public void Each_address_is_what_the_most_specific_line_says(string address, string what) =>
        Assert.Equal(what, SpecialPurpose.Describe(Address.Parse(address)));

    [Fact]
    public void The_registries_are_whole_and_dated()
    {
        Assert.Equal(new DateOnly(2026, 7, 18), SpecialPurpose.Published);
        Assert.Equal(
            (26, 25),
            (SpecialPurpose.Blocks.Count(block => !block.Prefix.IsV6), SpecialPurpose.Blocks.Count(block => block.Prefix.IsV6)));
        Assert.Equal(SpecialPurpose.Blocks.Count, SpecialPurpose.Blocks.Select(block => block.Prefix).Distinct().Count());
        Assert.All(SpecialPurpose.Blocks, block => Assert.Matches(@"^\d{4}-\d\d$", block.Allocated));
        Assert.All(SpecialPurpose.Blocks, block => Assert.StartsWith("RFC ", block.Source, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_the_registry_says_nothing_nothing_is_said()
    {
        var ended = SpecialPurpose.Of(Address.Parse("192.88.99.1"))!;

        Assert.Equal(("2015-03", null, null), (ended.Ended, ended.MayBeSource, ended.IsGloballyReachable));
        Assert.True(SpecialPurpose.Of(Address.Parse("2002::1"))!.IsForwardable);
        Assert.Null(SpecialPurpose.Of(Address.Parse("2002::1"))!.IsGloballyReachable);
        Assert.Equal("–", SpecialPurpose.Describe("192.88.99.1").Rows[0][^1]);
    }

    [Theory]
    [InlineData("9.9.9.9", "yes yes yes yes")]
    [InlineData("2620:fe::9", "yes yes yes yes")]
    [InlineData("10.1.2.3", "yes yes yes no")]
    [InlineData("224.0.0.1", "no yes no no")] // all systems on this link
    [InlineData("ff02::1", "no yes no no")]
    [InlineData("233.252.0.1", "no yes – –")] // depends on the group
    [InlineData("ff0e::1", "no yes – –")]
    [InlineData("4000::1", "– – – –")] // nobody says anything about what has not been assigned
    public void Every_address_is_said_to_be_a_source_a_destination_forwardable_and_global_or_not(
        string address,
        string answers) =>
        Assert.Equal(answers, string.Join(' ', SpecialPurpose.Describe(address).Rows[0].Skip(2)));

    [Fact]
    public void Nothing_that_is_reserved_by_the_protocol_is_globally_reachable() =>
        Assert.DoesNotContain(SpecialPurpose.Blocks, block => block is { IsReservedByProtocol: true, IsGloballyReachable: true });

    [Fact]
    public void A_line_that_is_cut_off_is_refused() =>
        Assert.Throws<FormatException>(() => SpecialBlock.Parse("10.0.0.0/8\t1996-02\t-\tSDF--\tRFC 1918"));
}
