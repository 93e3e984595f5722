using System.Net;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Network.Dns;

public sealed class RecursiveResolverTests
{
    private static string Zone(string origin, string records = "") =>
        $"$ORIGIN {origin}\n$TTL 60\n@ SOA ns hostmaster 1 2 3 4 60\n@ NS ns\n{records}\n";

    [Fact]
    public async Task It_walks_from_the_root_down_and_then_knows_the_way()
    {
        await using var names = Names.Start();
        var resolver = names.NewResolver(new SimulatedClock());

        var first = await resolver.ResolveAsync("www.example.test");
        var other = await resolver.ResolveAsync("mail.example.test");
        var again = await resolver.ResolveAsync("www.example.test");

        Assert.Equal("192.0.2.80", Assert.Single(first.Addresses).ToString());
        Assert.Equal([".", "test.", "example.test."], first.Steps.Select(step => step.Zone!.ToString()));
        Assert.Equal(["example.test."], other.Steps.Select(step => step.Zone!.ToString()));
        Assert.Equal((0, "cache"), (again.Queries, Assert.Single(again.Steps).Server));
        Assert.Equal(first.Addresses, again.Addresses);
        Assert.Equal(4, names.Asked);
        Assert.Equal(6, first.Ladder().Messages.Count);
        // The resolver does its own work: it never asks servers to recurse.
        Assert.All(first.Steps, step => Assert.False(DnsMessage.Parse(step.Exchange!.Attempts[0].Query).RecursionDesired));
    }

    [Theory]
    [InlineData("www.example.test", DnsType.AAAA, "AAAA 2001:db8::80")]
    [InlineData("example.test", DnsType.MX, "MX 10 mail.example.test.; MX 20 mail.backup.example.test.")]
    [InlineData("example.test", DnsType.NS, "NS ns1.example.test.; NS ns2.example.test.")]
    [InlineData("example.test", DnsType.TXT, "TXT \"v=spf1 mx -all\"")]
    [InlineData("example.test", DnsType.SOA, "SOA ns1.example.test. hostmaster.example.test. 2026112401 7200 900 1209600 60")]
    [InlineData("blog.example.test", DnsType.A, "CNAME www.example.test.; A 192.0.2.80")]
    [InlineData("blog.example.test", DnsType.CNAME, "CNAME www.example.test.")]
    // The server was named without an address, which is in another zone.
    [InlineData("80.2.0.192.in-addr.arpa", DnsType.PTR, "PTR www.example.test.")]
    [InlineData("www.lame.test", DnsType.A, "A 192.0.2.81")]
    public async Task Every_type_is_found(string name, DnsType type, string answers)
    {
        await using var names = Names.Start();

        var found = await names.NewResolver().ResolveAsync(name, type);

        Assert.Equal(
            (ResponseCode.NoError, answers),
            (found.Code, string.Join("; ", found.Answers.Select(record => $"{record.Type} {record.Data}"))));
    }

    [Fact]
    public async Task When_a_record_runs_out_the_nearest_server_is_asked_again_and_when_all_has_run_out_the_root()
    {
        await using var names = Names.Start();
        var clock = new SimulatedClock();
        var resolver = names.NewResolver(clock);
        await resolver.ResolveAsync("flash.example.test"); // 10 s; example.test itself, from the referral, an hour; test a day

        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, (await resolver.ResolveAsync("flash.example.test")).Queries);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, (await resolver.ResolveAsync("flash.example.test")).Queries);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, (await resolver.ResolveAsync("flash.example.test")).Queries);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(3, (await resolver.ResolveAsync("flash.example.test")).Queries);
    }

    [Fact]
    public async Task What_is_not_there_is_remembered_as_long_as_the_zone_says()
    {
        await using var names = Names.Start();
        var clock = new SimulatedClock();
        var resolver = names.NewResolver(clock);

        var none = await resolver.ResolveAsync("none.example.test");
        var noSuchType = await resolver.ResolveAsync("mail.example.test", DnsType.AAAA);

        Assert.Equal((ResponseCode.NameError, 3), (none.Code, none.Queries));
        Assert.Equal((ResponseCode.NoError, 1, 0), (noSuchType.Code, noSuchType.Queries, noSuchType.Answers.Count));
        clock.Advance(TimeSpan.FromSeconds(59));
        var noText = await resolver.ResolveAsync("none.example.test", DnsType.TXT);
        var noAddress = await resolver.ResolveAsync("none.example.test");
        Assert.Equal((ResponseCode.NameError, 0), (noText.Code, noAddress.Queries));
        Assert.Equal(0, (await resolver.ResolveAsync("mail.example.test", DnsType.AAAA)).Queries);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await resolver.ResolveAsync("none.example.test")).Queries);
        Assert.Equal(1, (await resolver.ResolveAsync("mail.example.test", DnsType.AAAA)).Queries);
    }

    [Fact]
    public async Task A_lame_server_is_noticed_and_the_next_one_asked()
    {
        await using var names = Names.Start();

        var found = await names.NewResolver().ResolveAsync("www.lame.test");

        Assert.Equal("192.0.2.81", Assert.Single(found.Addresses).ToString());
        Assert.StartsWith("lame: refused", found.Steps[^2].Detail, StringComparison.Ordinal);
        Assert.StartsWith("ns2.example.test.", found.Steps[^2].Server, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_server_costs_its_timeout_and_the_next_one_answers()
    {
        await using var names = Names.Start();
        await names.Tree.Servers[2].StopAsync();

        var found = await names.Tree.NewResolver().ResolveAsync("www.example.test");

        Assert.Equal("192.0.2.80", Assert.Single(found.Addresses).ToString());
        Assert.Equal("no answer within 400 ms", found.Steps[^2].Detail);
    }

    [Theory]
    [InlineData("hen.example.test", "the aliases form a loop: hen.example.test. → egg.example.test. → hen.example.test.")]
    [InlineData("n0.example.test", "starts a chain of more than 8 aliases")]
    [InlineData("www.nowhere.test", "no server of nowhere.test. answers")] // its server's address is not on this machine
    [InlineData("www.selfish.test", "no server of selfish.test. answers")] // its server's only address is in the zone itself
    [InlineData("www.one.test", "no server of one.test. answers")] // its server is in two.test, whose server is in one.test
    public async Task What_cannot_be_found_is_given_up_with_the_reason_after_a_bounded_number_of_queries(
        string name,
        string reason)
    {
        await using var names = Names.Start(
            test: "nowhere NS ns.nowhere\nns.nowhere A 203.0.113.1\nselfish NS ns.selfish\none NS ns.two\ntwo NS ns.one",
            example: string.Join('\n', Enumerable.Range(0, 12).Select(i => $"n{i} CNAME n{i + 1}")));

        var found = await names.NewResolver().ResolveAsync(name);

        Assert.Equal((ResponseCode.ServerFailure, 0), (found.Code, found.Answers.Count));
        Assert.Contains(reason, found.FailureReason, StringComparison.Ordinal);
        Assert.InRange(names.Asked, 1, 40);
        Assert.InRange(found.Queries, 1, 32);
    }

    [Fact]
    public async Task Servers_that_name_ever_more_servers_are_not_followed_for_ever()
    {
        // Each of a hundred zones is on servers that are in the next: finding one would take finding them all.
        var zones = Enumerable.Range(0, 100).Select(i => $"z{i} NS a.z{i + 1}\nz{i} NS b.z{i + 1}");
        await using var names = Names.Start(test: string.Join('\n', zones));

        var found = await names.NewResolver().ResolveAsync("www.z0.test");

        Assert.Equal(ResponseCode.ServerFailure, found.Code);
        Assert.InRange(found.Queries, 1, 32);
    }

    [Fact]
    public async Task A_server_that_sends_back_up_is_lame()
    {
        // It claims to be the root, and refers to test again.
        await using var names = Names.Start(
            test: "loop NS ns.loop\nns.loop A 127.53.3.1",
            more: ("loop", "127.53.3.1", Zone(".", "test. NS ns.loop.test.\nns.loop.test. A 127.53.3.1")));

        var found = await names.NewResolver().ResolveAsync("www.loop.test");

        Assert.Equal(ResponseCode.ServerFailure, found.Code);
        Assert.StartsWith(
            "lame: neither an answer nor servers of a zone below loop.test.",
            found.Steps[^1].Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_says_about_names_that_are_not_its_own_is_not_believed()
    {
        // The server of evil.test adds an address for www.example.test, and one for a server of the root.
        var evil = Zone("evil.test.", "www CNAME www.example.test.\nns A 127.53.4.1");
        await using var names = Names.Start(test: "evil NS ns.evil\nns.evil A 127.53.4.1", more: ("evil", "127.53.4.1", evil));
        var question = new DnsQuestion(DnsName.Parse("www.evil.test"), DnsType.A);
        var poisoned = new AddressData(Address.Parse("203.0.113.66"));
        var poison = new DnsRecord(DnsName.Parse("www.example.test"), DnsType.A, 86_400, poisoned);
        var response = new DnsMessage(1)
        {
            IsResponse = true,
            IsAuthoritative = true,
            Questions = [question],
            Answers = [new DnsRecord(question.Name, DnsType.CNAME, 60, new NameData(poison.Name)), poison],
        };

        var verdict = Assert.IsType<Verdict.Answered>(Verdict.Of(response, question, DnsName.Parse("evil.test")));
        var found = await names.NewResolver().ResolveAsync("www.evil.test");

        Assert.Equal(DnsType.CNAME, Assert.Single(verdict.Records).Type);
        Assert.Equal("192.0.2.80", Assert.Single(found.Addresses).ToString());
        var referral = new DnsMessage(1)
        {
            IsResponse = true,
            Questions = [question],
            Authority =
            [
                new DnsRecord(DnsName.Parse("evil.test"), DnsType.NS, 60, new NameData(DnsName.Parse("www.bank.other"))),
                new DnsRecord(DnsName.Parse("example.test"), DnsType.NS, 60, new NameData(DnsName.Parse("ns.evil.test"))),
            ],
            Additional = [new DnsRecord(DnsName.Parse("www.bank.other"), DnsType.A, 60, poison.Data)],
        };
        var referred = Assert.IsType<Verdict.Referred>(Verdict.Of(referral, question, DnsName.Parse("test")));
        Assert.Equal("evil.test.", Assert.Single(referred.Servers).Name.ToString());
        Assert.Empty(referred.Glue); // www.bank.other is not below test
    }

    [Fact]
    public async Task A_forged_response_on_the_way_is_refused_and_leaves_nothing_in_the_cache()
    {
        await using var forger = ForgingServer.Start(
                NetworkingCourse.Network.Zone.Parse(Zone(".", "www.victim A 192.0.2.5\nns A 127.53.5.1")),
                Forgery.WrongId | Forgery.WrongPort | Forgery.WrongQuestion,
                Address.Parse("203.0.113.66"),
                new IPEndPoint(IPAddress.Loopback, 0),
                TestServers.FreshName("forger"));
        var resolver = new RecursiveResolver(new ResolverOptions
        {
            Roots = [(DnsName.Parse("ns"), Address.Parse("127.53.5.1"))],
            WhereIs = _ => forger.EndPoint,
        });

        var found = await resolver.ResolveAsync("www.victim");

        Assert.Equal("192.0.2.5", Assert.Single(found.Addresses).ToString());
        Assert.Equal(3, found.Refused.Count);
        Assert.DoesNotContain(
            resolver.Cache.Table().Rows,
            row => row.Any(cell => cell.Contains("203.0.113.66", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_resolving_server_answers_for_everything_and_passes_the_time_to_live_on()
    {
        await using var names = Names.Start();
        var clock = new SimulatedClock();
        await using var server = ResolvingServer.Start(names.NewResolver(clock), TestServers.FreshName("resolver"));

        var first = (await StubResolver.AskAsync(server, "blog.example.test")).Response!;
        clock.Advance(TimeSpan.FromSeconds(100));
        var later = (await StubResolver.AskAsync(server, "blog.example.test")).Response!;
        var none = (await StubResolver.AskAsync(server, "none.example.test")).Response!;
        var failed = (await StubResolver.AskAsync(server, "hen.example.test")).Response!;
        var options = new AskOptions { RecursionDesired = false };
        var notAsked = (await StubResolver.AskAsync(server, "www.example.test", DnsType.A, options)).Response!;

        Assert.Equal((true, false, 300u), (first.RecursionAvailable, first.IsAuthoritative, first.Answers[^1].TimeToLive));
        Assert.Equal([200u, 200u], later.Answers.Select(record => record.TimeToLive));
        Assert.Equal((ResponseCode.NameError, DnsType.SOA), (none.Code, Assert.Single(none.Authority).Type));
        Assert.Equal((ResponseCode.ServerFailure, ResponseCode.Refused), (failed.Code, notAsked.Code));
    }

    // RFC 6761, sections 6.3 and 6.4.
    [Theory]
    [InlineData("localhost", DnsType.A, ResponseCode.NoError, "A 127.0.0.1")]
    [InlineData("LocalHost", DnsType.AAAA, ResponseCode.NoError, "AAAA ::1")]
    [InlineData("any.name.localhost", DnsType.A, ResponseCode.NoError, "A 127.0.0.1")]
    [InlineData("localhost", DnsType.MX, ResponseCode.NoError, "")]
    [InlineData("localhost", DnsType.NS, ResponseCode.NoError, "")]
    [InlineData("www.localhost", DnsType.TXT, ResponseCode.NoError, "")]
    [InlineData("invalid", DnsType.A, ResponseCode.NameError, "")]
    [InlineData("www.invalid", DnsType.AAAA, ResponseCode.NameError, "")]
    public async Task Special_names_are_answered_without_asking_a_server(
        string name, DnsType type, ResponseCode code, string answers)
    {
        await using var names = Names.Start();
        await using var server = ResolvingServer.Start(names.NewResolver(), TestServers.FreshName("resolver"));

        var response = (await StubResolver.AskAsync(server, name, type)).Response!;

        Assert.Equal((code, 0), (response.Code, names.Asked));
        Assert.Equal(answers, string.Join("; ", response.Answers.Select(record => $"{record.Type} {record.Data}")));
        Assert.Equal(answers.Length == 0, response.Authority is [{ Type: DnsType.SOA }]);
    }

    [Fact]
    public async Task An_alias_of_localhost_is_followed_without_asking_for_it()
    {
        await using var names = Names.Start(example: "home CNAME localhost.");

        var found = await names.NewResolver().ResolveAsync("home.example.test");

        Assert.Equal(["127.0.0.1"], found.Addresses.Select(address => address.ToString()));
        Assert.Equal(3, names.Asked);
    }

    [Fact]
    public void What_was_cut_off_even_over_TCP_is_no_answer() // RFC 2181, section 9
    {
        var question = new DnsQuestion(DnsName.Parse("www.test"), DnsType.A);

        var response = new DnsMessage(1)
        {
            IsResponse = true,
            IsAuthoritative = true,
            IsTruncated = true,
            Questions = [question],
        };

        Assert.IsType<Verdict.Lame>(Verdict.Of(response, question, DnsName.Parse("test")));
    }

    [Fact]
    public void Duplicates_and_other_classes_are_dropped_and_a_set_has_the_lowest_time_to_live() // RFC 2181, sections 5 and 5.2
    {
        var question = new DnsQuestion(DnsName.Parse("www.test"), DnsType.A);
        DnsRecord Record(uint time, uint address) => new(question.Name, DnsType.A, time, new AddressData(Address.V4(address)));
        var other = Record(5, 3) with { Class = 3, Data = new UnknownData(new byte[4]) };
        var response = new DnsMessage(1)
        {
            IsResponse = true,
            IsAuthoritative = true,
            Questions = [question],
            Answers = [Record(300, 1), Record(300, 1), Record(60, 2), other],
        };

        var answered = Assert.IsType<Verdict.Answered>(Verdict.Of(response, question, DnsName.Parse("test")));

        Assert.Equal([(60u, 1u), (60u, 2u)], answered.Records.Select(record => (record.TimeToLive, record.Address.ToUInt32())));
    }

    [Fact]
    public async Task The_type_DS_is_asked_of_the_zone_above() // RFC 4035, section 4.2
    {
        await using var names = Names.Start(test: "example TYPE43 \\# 3 010203");
        var resolver = names.NewResolver();
        await resolver.ResolveAsync("www.example.test"); // learns the servers of example.test, which do not have the DS record

        var found = await resolver.ResolveAsync("example.test", (DnsType)43);

        Assert.Equal("\\# 3 010203", Assert.Single(found.Answers).Data.ToString());
    }

    [Fact]
    public async Task A_hundred_clients_at_once_are_all_answered()
    {
        await using var names = Names.Start();
        await using var server = ResolvingServer.Start(names.NewResolver(), TestServers.FreshName("resolver"));

        var options = new AskOptions { Timeout = TimeSpan.FromSeconds(20) };
        var exchanges = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            StubResolver.AskAsync(server, i % 2 == 0 ? "www.example.test" : "mail.example.test", DnsType.A, options)));

        Assert.All(exchanges, exchange => Assert.Equal(ResponseCode.NoError, exchange.Response!.Code));
    }
}
