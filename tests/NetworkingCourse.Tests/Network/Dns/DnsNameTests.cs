using CsCheck;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Network.Dns;

public sealed class DnsNameTests
{
    [Fact]
    public void Every_name_is_read_back_from_its_text() => DnsGen.Names.Sample(name =>
        DnsName.Parse(name.ToString()).Equals(name)
        && DnsName.Parse(name.ToString()).Labels.SequenceEqual(name.Labels)
        && DnsName.Parse(name.ToString()).ToString() == name.ToString());

    [Fact]
    public void Upper_and_lower_case_are_the_same_and_other_bytes_are_not()
    {
        Assert.Equal(DnsName.Parse("WWW.Example.TEST"), DnsName.Parse("www.example.test."));
        Assert.Equal(DnsName.Parse("WWW.Example.TEST").GetHashCode(), DnsName.Parse("www.example.test.").GetHashCode());
        Assert.NotEqual(DnsName.FromLabels(["\u00c4"]), DnsName.FromLabels(["\u00e4"])); // bytes, not letters (RFC 4343)
        Assert.NotEqual(DnsName.FromLabels(["a.b"]), DnsName.FromLabels(["a", "b"]));
        Assert.True(DnsName.Parse("WWW.Example.TEST") == DnsName.Parse("www.example.test."));
        Assert.True(DnsName.Parse("www.example.test") != DnsName.Parse("example.test"));
        Assert.True(DnsName.Parse("www.example.test") != null);
    }

    [Fact]
    public void It_is_within_every_name_that_it_goes_up_to() => Gen.Select(DnsGen.Names, DnsGen.Names).Sample((name, other) =>
        name.UpToRoot.All(name.IsWithin)
        && name.UpToRoot.Count() == name.Labels.Count + 1
        && name.UpToRoot.Last().Equals(DnsName.Root)
        && (name.IsWithin(other) && other.IsWithin(name)) == name.Equals(other)
        && name.Parent.Equals(name.UpToRoot.ElementAtOrDefault(1) ?? DnsName.Root)
        && (name.WireLength + other.WireLength > 255 || name.Under(other).IsWithin(other)));

    [Theory]
    [InlineData("", "it is empty; the root is written as a single dot")]
    [InlineData("..", "one of its labels is empty")]
    [InlineData(".test", "one of its labels is empty")]
    [InlineData("a..test", "one of its labels is empty")]
    [InlineData("bücher.test", "names in other scripts are written in Punycode")]
    [InlineData("a\\", "a backslash must be followed by three digits")]
    [InlineData("a\\25", "a backslash must be followed by three digits")]
    [InlineData("a\\256", "a backslash must be followed by three digits")]
    [InlineData("a\\6\0\0", "a backslash must be followed by three digits")]
    [InlineData("a\\中", "names in other scripts are written in Punycode")]
    [InlineData("a\\é", "names in other scripts are written in Punycode")]
    public void What_is_no_name_is_refused_with_the_reason(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => DnsName.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_label_is_made_of_bytes() => Assert.Contains(
        "does not fit into a byte",
        Assert.Throws<FormatException>(() => DnsName.FromLabels(["中"])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Labels_over_63_bytes_and_names_over_255_are_refused_and_just_under_are_not()
    {
        var label = new string('a', 63);
        Assert.Equal(255, DnsName.Parse($"{label}.{label}.{label}.{new string('b', 61)}").WireLength);
        Assert.Contains(
            "it has 256 bytes on the wire; at most 255 are allowed",
            Assert.Throws<FormatException>(() => DnsName.Parse($"{label}.{label}.{label}.{new string('b', 62)}")).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "has 64 bytes; at most 63 are allowed",
            Assert.Throws<FormatException>(() => DnsName.Parse(label + "a.test")).Message,
            StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => DnsName.Parse($"{label}.{label}").Under(DnsName.Parse($"{label}.{label}")));
    }

    [Theory]
    [InlineData("192.0.2.80", "80.2.0.192.in-addr.arpa.")]
    [InlineData("2001:db8::80", "0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.")]
    public void An_address_is_looked_up_backwards_under_its_digits(string address, string name) =>
        Assert.Equal(name, DnsName.Reverse(Address.Parse(address)).ToString());
}
