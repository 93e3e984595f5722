using NetworkingCourse.Network;

namespace NetworkingCourse.Tests.Network.Dns;

public sealed class ZoneTests
{
    private static readonly Zone Example = Zone.Parse(CourseZones.Example);

    [Theory]
    [InlineData("www.example.test", DnsType.A, "A 192.0.2.80")]
    [InlineData("WWW.EXAMPLE.test", DnsType.AAAA, "AAAA 2001:db8::80")]
    [InlineData("example.test", DnsType.MX, "MX 10 mail.example.test.; MX 20 mail.backup.example.test.")]
    [InlineData("example.test", DnsType.TXT, "TXT \"v=spf1 mx -all\"")]
    [InlineData("blog.example.test", DnsType.A, "CNAME www.example.test.; A 192.0.2.80")]
    [InlineData("blog.example.test", DnsType.CNAME, "CNAME www.example.test.")]
    [InlineData("www.example.test", DnsType.ANY, "A 192.0.2.80; AAAA 2001:db8::80")]
    public void What_is_there_is_found(string name, DnsType type, string answers)
    {
        var found = Example.Find(DnsName.Parse(name), type);

        var texts = found.Answers.Select(record => $"{record.Type} {record.Data}");
        Assert.Equal(
            (ResponseCode.NoError, answers, false),
            (found.Code, string.Join("; ", texts), found.IsReferral));
    }

    [Theory]
    [InlineData("mail.example.test", DnsType.AAAA, ResponseCode.NoError)]
    [InlineData("none.example.test", DnsType.A, ResponseCode.NameError)]
    [InlineData("www.none.example.test", DnsType.A, ResponseCode.NameError)]
    [InlineData("backup.mail.example.test", DnsType.A, ResponseCode.NameError)]
    public void What_is_not_there_is_answered_with_the_zones_start_and_how_long_that_may_be_remembered(
        string name,
        DnsType type,
        ResponseCode code)
    {
        var found = Example.Find(DnsName.Parse(name), type);

        Assert.Equal((code, 0), (found.Code, found.Answers.Count));
        // MINIMUM, which is less than the record's own 300.
        Assert.Equal((DnsType.SOA, 60u), (Assert.Single(found.Authority).Type, found.Authority[0].TimeToLive));
    }

    [Fact]
    public void A_name_with_nothing_of_its_own_that_has_others_below_it_exists()
    {
        var zone = Zone.Parse(CourseZones.Example + "\ndeep.down.below A 192.0.2.7");

        Assert.Equal(ResponseCode.NoError, zone.Find(DnsName.Parse("below.example.test"), DnsType.A).Code);
        Assert.Equal(ResponseCode.NameError, zone.Find(DnsName.Parse("elsewhere.below.example.test"), DnsType.A).Code);
    }

    [Fact]
    public void Where_a_part_is_given_away_its_servers_are_named_with_the_addresses_that_are_known()
    {
        var found = Zone.Parse(CourseZones.Test).Find(DnsName.Parse("www.example.test"), DnsType.A);

        Assert.True(found.IsReferral);
        Assert.Empty(found.Answers);
        Assert.Equal(["ns1.example.test.", "ns2.example.test."], found.Authority.Select(record => record.Target.ToString()));
        Assert.Equal(["127.53.2.1", "127.53.2.2"], found.Additional.Select(record => record.Address.ToString()));
        // The servers' own addresses are glue: they belong to the zone below and are given away with it.
        Assert.True(Zone.Parse(CourseZones.Test).Find(DnsName.Parse("ns1.example.test"), DnsType.A).IsReferral);
        Assert.Empty(Zone.Parse(CourseZones.Reverse).Find(DnsName.Parse("80.2.0.192.in-addr.arpa"), DnsType.PTR).Additional);
    }

    [Fact]
    public void A_name_that_stands_for_one_of_another_zone_is_answered_with_that_name_alone()
    {
        var zone = Zone.Parse(CourseZones.Example + "\nout CNAME www.lame.test.");
        var found = zone.Find(DnsName.Parse("out.example.test"), DnsType.A);

        Assert.Equal(["out.example.test. 300 IN CNAME www.lame.test."], found.Answers.Select(record => record.ToString()));
        Assert.Empty(found.Authority);
    }

    [Theory]
    [InlineData("anything.wild.example.test", "A 192.0.2.9")]
    [InlineData("two.labels.wild.example.test", "A 192.0.2.9")]
    [InlineData("there.wild.example.test", "")] // it exists, with another type
    [InlineData("below.there.wild.example.test", "")] // and so '*' says nothing about what is below it
    public void A_star_stands_for_what_is_not_there(string name, string answers)
    {
        var zone = Zone.Parse(CourseZones.Example + "\n*.wild A 192.0.2.9\nthere.wild TXT x");

        var found = zone.Find(DnsName.Parse(name), DnsType.A);

        Assert.Equal(answers, string.Join("; ", found.Answers.Select(record => $"{record.Type} {record.Data}")));
        Assert.All(found.Answers, record => Assert.Equal(DnsName.Parse(name), record.Name));
    }

    [Fact]
    public void A_record_that_is_stated_twice_is_there_once_and_a_set_has_one_time() // RFC 2181, sections 5 and 5.2
    {
        const string more = "\ntwice 60 A 192.0.2.7\nTWICE 30 A 192.0.2.7\ntwice 90 A 192.0.2.8\ntwice 20 TXT x"
            + "\nmx MX 5 mail\nmx MX 5 MAIL";
        var zone = Zone.Parse(CourseZones.Example + more);
        IEnumerable<string> Find(string name, DnsType type) =>
            zone.Find(DnsName.Parse(name), type).Answers.Select(record => record.ToString());

        Assert.Equal(
            ["twice.example.test. 30 IN A 192.0.2.7", "twice.example.test. 30 IN A 192.0.2.8"],
            Find("twice.example.test", DnsType.A));
        Assert.Equal(["twice.example.test. 20 IN TXT \"x\""], Find("twice.example.test", DnsType.TXT));
        Assert.Equal(["mx.example.test. 300 IN MX 5 mail.example.test."], Find("mx.example.test", DnsType.MX));
    }

    [Fact]
    public void Aliases_that_form_a_loop_are_in_the_answer_once() => Assert.Equal(
        ["CNAME egg.example.test.", "CNAME hen.example.test."],
        Example.Find(DnsName.Parse("hen.example.test"), DnsType.A).Answers.Select(record => $"{record.Type} {record.Data}"));

    [Fact]
    public void A_wildcard_with_nothing_but_names_below_it_exists_and_so_does_what_it_covers() // RFC 4592, section 2.2.2
    {
        var zone = Zone.Parse(CourseZones.Example + "\na.*.e A 192.0.2.1");

        Assert.Equal(ResponseCode.NoError, zone.Find(DnsName.Parse("q.e.example.test"), DnsType.A).Code);
        Assert.Equal(ResponseCode.NameError, zone.Find(DnsName.Parse("q.*.e.example.test"), DnsType.A).Code);
    }
}
