using NetworkingCourse.Network;

namespace NetworkingCourse.Tests.Network;

public sealed class TopologyTests
{
    private const string Good =
        """
        # A small one.
        host h1 10.0.1.10/24 via 10.0.1.1   # the first
        router r1

        link h1 r1=10.0.1.1/24 rate 10Mbit/s delay 5ms queue 20 loss 2.5% mtu 1400 cost 3
        """;

    public static TheoryData<string, string> Bad => new()
    {
        { "", "Expected: lines that begin with host" },
        { "hosts h1", "Line 1, 'hosts h1': 'hosts' is not a statement. Expected: host, switch, router" },
        { "host", "Line 1, 'host': the line ends. Expected: a name." },
        { "host h1", "the line ends. Expected: an address and its prefix length" },
        { "host h1 10.0.1.10", "'10.0.1.10' is not an address with a prefix length" },
        { "host h1 10.0.1.300/24", "Line 1" },
        { "host h1 10.0.1.0/24", "10.0.1.0 is the network address of 10.0.1.0/24. Expected: one in between." },
        { "host h1 10.0.1.255/24", "is the broadcast address" },
        { "host h1 10.0.1.10/24 by 10.0.1.1", "'by' is not valid here. Expected: the end of the line, or 'via'" },
        { "host h1 2001:db8::1/64", "Line 1" },
        { "host h! 10.0.1.10/24", "'h!' is not a name" },
        { "switch s1\nswitch s1", "Line 2, 'switch s1': The name s1 is already used in line 1" },
        { "router r1 fast", "'fast' is not a router option. Expected: 'rip', 'silent', or 'nat'" },
        { "switch s1\nlink s1 s2", "No node 's2' is defined above this line. Expected: s1" },
        { "switch s1\nrouter r1\nlink s1 r1", "Line 3, 'link s1 r1': The router r1 has no address at this end" },
        { "switch s1\nswitch s2\nlink s1=10.0.0.1/24 s2", "switches have no addresses" },
        { "host h1 10.0.1.10/24\nswitch s1", "Line 1, 'host h1 10.0.1.10/24': h1 has no link. Expected: exactly one." },
        { "host h1 10.0.1.10/24\nswitch s1\nswitch s2\nlink h1 s1\nlink h1 s2", "h1 has 2 links" },
        { "host h1 10.0.1.10/24\nhost h2 10.0.1.10/24\nlink h1 h2", "10.0.1.10 is already used in line 3" },
        { "switch s1\nswitch s2\nlink s1 s2\nlink s2 s1", "already linked" },
        {
            "switch a\nswitch b\nswitch c\nlink a b\nlink b c\nlink c a",
            "Line 6, 'link c a': This link closes a ring of switches"
        },
        { Good.Replace("rate 10Mbit/s", "rate fast"), "Line 5" },
        { Good.Replace("rate 10Mbit/s", "rate 0bit/s"), "A link with a rate of 0 sends nothing" },
        { Good.Replace("delay 5ms", "delay 5"), "'5' is not valid. Expected: a time, for instance 5ms." },
        { Good.Replace("queue 20", "queue many"), "'many' is not valid. Expected: the number of frames that can wait" },
        { Good.Replace("loss 2.5%", "loss 250%"), "is not a percentage" },
        { Good.Replace("mtu 1400", "mtu 60"), "from 68 to 65,535" },
        { Good.Replace("cost 3", "price 3"), "'price' is not a link option. Expected: rate, delay" },
        { Good + "\nroute r1 10.0.2.0/24 to 10.0.1.2", "Expected after the prefix: 'via'" },
        { Good + "\nroute r1 10.0.2.1/24 via 10.0.1.2", "Line 6" },
        {
            Good + "\nroute r1 10.0.2.0/24 via 10.7.7.7",
            "10.7.7.7 is not on any link of r1. Expected: an address in 10.0.1.0/24."
        },
        {
            Good + "\nroute r1 10.0.2.0/24 via 10.0.1.1",
            "10.0.1.1 is an address of r1 itself. Expected: that of another router in 10.0.1.0/24."
        },
        {
            "switch s1\nroute s1 10.0.2.0/24 via 10.0.1.1",
            "Line 2, 'route s1 10.0.2.0/24 via 10.0.1.1': "
            + "s1 is a switch, and switches have no routes. Expected: the name of a router or host."
        },
        {
            Good.Replace("via 10.0.1.1", "via 10.0.1.10"),
            "10.0.1.10 is the host's own address. Expected: that of a router in 10.0.1.0/24."
        },
        {
            Good.Replace("via 10.0.1.1", "via 10.0.2.1"),
            "10.0.2.1 is not in 10.0.1.0/24, the host's network. Expected: the address of a router in it."
        },
        { "host h1 224.0.0.5/24", "224.0.0.5 cannot be assigned: Multicast (RFC 5771). Expected: an address for one machine." },
        { "host h1 127.0.0.5/24", "127.0.0.5 cannot be assigned: Loopback" },
        { "host h1 0.1.2.3/24", "0.1.2.3 cannot be assigned: This network" },
        { "switch s1\nlink s1 s1", "Line 2, 'link s1 s1': Both ends are at s1. Expected: two different nodes." },
        { "router r1 nat 10.0.1.1 nat 10.0.2.1", "'nat' is given twice. Expected: one address" },
        {
            Good.Replace("delay 5ms", "delay 99999999999999999999s"),
            "The time is too long. Expected: a time, for instance 5ms, up to 3600s."
        },
        {
            Good.Replace("rate 10Mbit/s", $"rate {new string('9', 400)}Gbit/s"),
            "The rate is out of range. Expected: a rate, for instance 10Mbit/s, from 1bit/s to 10000Gbit/s."
        },
        { Good.Replace("rate 10Mbit/s", "rate 0.0001bit/s"), "The rate is out of range." },
        { Good + "\nrouting best", "There is no routing 'best'. Expected: 'shortest' or 'written'." },
        {
            Good.Replace("router r1", "router r1 nat 10.9.9.9"),
            "r1 is to translate to 10.9.9.9, but has no link with that address"
        },
    };

    [Fact]
    public void A_good_one_is_understood()
    {
        var internet = Internet.Of(Good);

        Assert.Contains("loss 2.5 %, ", internet.Queues().ToString().Replace("delay 5.0 ms, loss 2.5 %", "loss 2.5 %"));
        Assert.Contains("10.0.1.10/24", internet.ToString());
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_line_that_makes_no_sense_is_named_with_what_was_expected(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Internet.Of(text)).Message);

    [Fact]
    public void A_long_chain_of_switches_is_no_ring()
    {
        var names = Enumerable.Range(0, 30_000).Select(i => $"s{i}").ToList();
        var links = names.Zip(names.Skip(1), (a, b) => $"link {b} {a}").Reverse();

        var ring = string.Join('\n', [.. names.Select(name => $"switch {name}"), .. links, $"link {names[0]} {names[^1]}"]);

        Assert.Contains("This link closes a ring of switches", Assert.Throws<FormatException>(() => Internet.Of(ring)).Message);
    }

    [Fact]
    public void Names_that_are_not_there_are_refused()
    {
        var internet = Internet.Of(SampleNetworks.TwoLans);

        Assert.Contains("There is no node 'h9'", Assert.Throws<ArgumentException>(() => internet.Ping("h9", "h1")).Message);
        Assert.Contains(
            "There is no link between h1 and h3", Assert.Throws<ArgumentException>(() => internet.Cut("h1", "h3")).Message);
        Assert.Contains("r1 is not a switch", Assert.Throws<ArgumentException>(() => internet.Learned("r1")).Message);
        Assert.Contains("does not translate", Assert.Throws<ArgumentException>(() => internet.Nat("r1")).Message);
        Assert.Contains("call Record first", Assert.Throws<ArgumentException>(() => internet.Recorded("h1", "s1")).Message);
    }
}
