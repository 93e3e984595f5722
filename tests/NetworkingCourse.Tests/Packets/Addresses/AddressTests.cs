using System.Net;
using System.Net.Sockets;
using CsCheck;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Packets.Addresses;

public sealed class AddressTests
{
    [Theory]
    [InlineData("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1")] // section 2: eight ways to write one address
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8::1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:0db8::1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0:0:1::1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0000:0:1::1", "2001:db8::1:0:0:1")]
    [InlineData("2001:DB8:0:0:1::1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8::0001", "2001:db8::1")] // 4.1
    [InlineData("2001:db8:0:0:0:0:2:1", "2001:db8::2:1")] // 4.2.1
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")] // 4.2.2
    [InlineData("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")] // 4.2.3
    [InlineData("2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa")] // 2.3, 4.3
    [InlineData("0:0:0:0:0:ffff:c000:201", "::ffff:192.0.2.1")] // 5
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("0:0:0:0:0:0:0:0", "::")]
    [InlineData("0:0:0:0:0:0:0:1", "::1")]
    [InlineData("1:0:0:0:0:0:0:0", "1::")]
    [InlineData("::1.2.3.4", "::102:304")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304")]
    public void The_examples_of_RFC_5952_become_its_canonical_text(string text, string canonical)
    {
        Assert.Equal(canonical, Address.Parse(text).ToString());
        Assert.Equal(IPAddress.Parse(text), Address.Parse(text).ToIPAddress());
    }

    [Fact]
    public void Every_address_is_read_back_from_its_text_by_us_and_by_the_framework() => PacketGen.Any.Sample(address =>
        Address.Parse(address.ToString()) == address
        && IPAddress.Parse(address.ToString()).GetAddressBytes().AsSpan().SequenceEqual(address.ToBytes()));

    [Fact]
    public void The_text_is_the_frameworks_but_where_it_embeds_an_IPv4_address_that_RFC_5952_does_not_know_of() =>
        PacketGen.Any.Sample(address =>
        {
            var theirs = address.ToIPAddress().ToString();
            return address.ToString() == theirs || (address.IsV6 && !address.IsMapped && theirs.Contains('.'));
        });

    [Fact]
    public void What_the_framework_can_read_as_IPv6_we_can_read_and_it_is_the_same() =>
        Gen.Char["01ab:.:%/f"].Array[1, 24].Sample(letters =>
        {
            var text = new string(letters);
            var theirs = IPAddress.TryParse(text, out var expected)
                && expected.AddressFamily == AddressFamily.InterNetworkV6
                && !text.Contains('%')
                && !text.Contains('/')
                && text.Contains(':');
            var ours = Address.TryParse(text, out var address, out var problem);
            return theirs ? ours && address.ToIPAddress().Equals(expected) : !ours && problem.Length > 0;
        });

    [Theory]
    [InlineData("", "number 1 is missing")]
    [InlineData("192.0.2", "it has 3 numbers")]
    [InlineData("1", "it has no dot")]
    [InlineData("192.0.2.1.5", "it has more than four numbers")]
    [InlineData("192.0.2.256", "256 is over 255")]
    [InlineData("192.0.2.99999999999", "99999999999 is over 255")]
    [InlineData("192.0.02.1", "'02' begins with a zero")]
    [InlineData("192.0.2.x", "'x' is not a decimal number")]
    [InlineData("192.0.2.-1", "'-1' is not a decimal number")]
    [InlineData("192..2.1", "number 2 is missing")]
    [InlineData("192.0.2.1 ", "'1 ' is not a decimal number")]
    [InlineData("192.0.2.١", "is not a decimal number")]
    [InlineData("1:2:3", "it has 3 groups, and no ::")]
    [InlineData("1:2:3:4:5:6:7:8:9", "it has more than eight groups")]
    [InlineData("1::2::3", "it has two ::")]
    [InlineData("1:2:3:4::5:6:7:8", "nothing for the :: to stand for")]
    [InlineData("12345::", "'12345' has more than four digits")]
    [InlineData("g::", "'g' is not a hexadecimal number")]
    [InlineData(":1:2:3:4:5:6:7", "a colon with no group beside it")]
    [InlineData("1:2:3:4:5:6:7:", "a colon with no group beside it")]
    [InlineData("1.2.3.4::", "an IPv4 address may only come at the end")]
    [InlineData("::1.2.3", "it has 3 numbers")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4", "it has more than eight groups")]
    [InlineData("fe80::1%eth0", "a zone")]
    [InlineData("192.0.2.1\0", "'1\0' is not a decimal number")]
    [InlineData("::1\0", "'1\0' is not a hexadecimal number")]
    [InlineData("1\0::", "'1\0' is not a hexadecimal number")]
    public void What_is_no_address_is_refused_and_the_reason_and_what_was_expected_are_said(string text, string reason)
    {
        var problem = Assert.Throws<FormatException>(() => Address.Parse(text)).Message;

        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Contains("Expected ", problem, StringComparison.Ordinal);
        Assert.False(Address.TryParse(text, out _, out var same));
        Assert.Equal(problem, same);
    }

    [Fact]
    public void Text_of_any_kind_and_length_is_read_or_refused_and_nothing_else() => Gen.String[Gen.Char, 0, 200].Sample(text =>
        Address.TryParse(text, out _, out var problem) == (problem.Length == 0) && problem.Length < 600);

    [Fact]
    public void No_other_character_may_be_added_to_an_address_or_a_prefix_not_even_a_NUL() =>
        Gen.Select(PacketGen.Any, PacketGen.Prefixes, Gen.Int[0, 60], Gen.Char["\0 +-\t\n\u0660\uff11_,"]).Sample(
        (address, prefix, at, letter) =>
        {
            string With(string text) => text.Insert(at % (text.Length + 1), letter.ToString());
            return !Address.TryParse(With(address.ToString()), out _, out _)
                && !Prefix.TryParse(With(prefix.ToString()), out _, out _);
        });

    [Fact]
    public void Bytes_and_numbers_are_the_same_address()
    {
        PacketGen.Any.Sample(address =>
            Address.FromBytes(address.ToBytes()) == address && Address.From(address.ToIPAddress()) == address);
        Assert.Equal(0xC0000201u, Address.Parse("192.0.2.1").ToUInt32());
        Assert.Throws<ArgumentException>(() => Address.FromBytes(new byte[5]));
        Assert.Throws<InvalidOperationException>(() => Address.Parse("::1").ToUInt32());
    }

    [Fact]
    public void A_mapped_address_is_the_IPv4_address_in_other_clothes()
    {
        PacketGen.V4.Sample(address =>
            address.Mapped().IsMapped
            && address.Mapped().Unmapped() == address
            && address.Mapped().ToIPAddress().Equals(address.ToIPAddress().MapToIPv6()));
        PacketGen.V6.Sample(address =>
            address.Mapped() == address && address.IsMapped == address.ToIPAddress().IsIPv4MappedToIPv6);
    }

    [Fact]
    public void Loopback_and_multicast_are_what_the_framework_says_they_are() => PacketGen.Any.Sample(address =>
        address.IsLoopback == (IPAddress.IsLoopback(address.ToIPAddress()) && !address.IsMapped)
        && (!address.IsV6 || address.IsMulticast == address.ToIPAddress().IsIPv6Multicast));

    [Fact]
    public void The_steps_to_the_canonical_text_end_with_it() => PacketGen.V6.Sample(address =>
    {
        var steps = address.Shorten().Rows.Select(row => row[1]).ToList();
        return steps[0].Length == 39 && steps[^1] == address.ToString() && steps.All(step => Address.Parse(step) == address);
    });

    [Fact]
    public void Its_table_holds_every_bit() => PacketGen.Any.Sample(address =>
        string.Concat(address.Explain().Rows.Select(row => row[^1]))
            == string.Concat(address.ToBytes().Select(value => value.ToString("b8", null))));
}
