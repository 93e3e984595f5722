using System.Net;
using ARSoft.Tools.Net;
using DnsClient;
using NetworkingCourse.Network;
using NetworkingCourse.Tests.Support;
using Theirs = ARSoft.Tools.Net.Dns;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>Clients and a server written by others, against ours.</summary>
public sealed class DnsPeerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DnsClient_reads_every_type_from_our_servers(bool overTcp)
    {
        await using var names = Names.Start();
        await using var resolver = ResolvingServer.Start(names.NewResolver(), TestServers.FreshName("resolver"));
        foreach (var server in (DnsServer[])[names.Tree.Servers[2], resolver])
        {
            var client = Client(server, options => options.UseTcpOnly = overTcp);
            var a = await client.QueryAsync("www.example.test", QueryType.A);
            Assert.Equal("192.0.2.80", a.Answers.ARecords().Single().Address.ToString());
            var aaaa = await client.QueryAsync("www.example.test", QueryType.AAAA);
            Assert.Equal("2001:db8::80", aaaa.Answers.AaaaRecords().Single().Address.ToString());
            var mx = await client.QueryAsync("example.test", QueryType.MX);
            Assert.Equal(
                [(10, "mail.example.test."), (20, "mail.backup.example.test.")],
                mx.Answers.MxRecords().Select(record => ((int)record.Preference, record.Exchange.Value)));
            var ns = await client.QueryAsync("example.test", QueryType.NS);
            Assert.Equal(
                ["ns1.example.test.", "ns2.example.test."],
                ns.Answers.NsRecords().Select(record => record.NSDName.Value));
            var txt = await client.QueryAsync("example.test", QueryType.TXT);
            Assert.Equal(["v=spf1 mx -all"], txt.Answers.TxtRecords().Single().Text);
            var soa = await client.QueryAsync("example.test", QueryType.SOA);
            Assert.Equal(2026112401u, soa.Answers.SoaRecords().Single().Serial);
            var cname = await client.QueryAsync("blog.example.test", QueryType.A);
            Assert.Equal(["www.example.test."], cname.Answers.CnameRecords().Select(record => record.CanonicalName.Value));
            var ptr = await client.QueryReverseAsync(IPAddress.Parse("192.0.2.80"));
            Assert.Equal(["www.example.test."], ptr.Answers.PtrRecords().Select(record => record.PtrDomainName.Value));
            var none = await client.QueryAsync("none.example.test", QueryType.A);
            Assert.Equal(DnsHeaderResponseCode.NotExistentDomain, none.Header.ResponseCode);
            Assert.Equal(0, server.Log.Count(DnsEventKind.Garbage));
        }
    }

    [Fact]
    public async Task DnsClient_asks_our_server_again_over_TCP_when_it_is_told_that_the_answer_is_truncated()
    {
        await using var server = AuthoritativeServer.Start(Zone.Parse(CourseZones.Many(200)), TestServers.FreshName("dns"));
        var answer = await Client(server, options => options.UseTcpFallback = true).QueryAsync("www.many.test", QueryType.A);

        Assert.Equal(200, answer.Answers.ARecords().Count());
        await server.Log.WaitForAsync(DnsEventKind.Truncated); // it is logged when it has been sent
        Assert.Equal(1, server.Log.Count(DnsEventKind.Truncated));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ARSoft_reads_from_our_servers(bool overTcp)
    {
        await using var names = Names.Start();
        await using var resolver = ResolvingServer.Start(names.NewResolver(), TestServers.FreshName("resolver"));
        foreach (var server in (DnsServer[])[names.Tree.Servers[2], resolver])
        {
            Theirs.IClientTransport transport = overTcp
                ? new Theirs.TcpClientTransport(server.EndPoint.Port)
                : new Theirs.UdpClientTransport(server.EndPoint.Port);
            using var client = new Theirs.DnsClient(
                [server.EndPoint.Address], [transport], true, (int)Deadline.TotalMilliseconds)
            {
                IsResponseValidationEnabled = true,
            };
            var www = await client.ResolveAsync(DomainName.Parse("blog.example.test"), Theirs.RecordType.A);
            var mail = await client.ResolveAsync(DomainName.Parse("example.test"), Theirs.RecordType.Mx);
            var none = await client.ResolveAsync(DomainName.Parse("none.example.test"), Theirs.RecordType.A);

            Assert.Equal(IPAddress.Parse("192.0.2.80"), www!.AnswerRecords.OfType<Theirs.ARecord>().Single().Address);
            Assert.Equal([10, 20], mail!.AnswerRecords.OfType<Theirs.MxRecord>().Select(record => (int)record.Preference));
            Assert.Equal(Theirs.ReturnCode.NxDomain, none!.ReturnCode);
        }
    }

    [Fact]
    public async Task We_read_from_ARSofts_server_and_ask_it_again_over_TCP_when_it_truncates()
    {
        var endPoint = FreePort();
        using var server = new Theirs.DnsServer(
            new Theirs.UdpServerTransport(endPoint, 20_000), new Theirs.TcpServerTransport(endPoint, 20_000, 20_000));
        server.QueryReceived += (_, received) =>
        {
            if (received.Query is Theirs.DnsMessage query)
            {
                var response = query.CreateResponseInstance();
                response.ReturnCode = Theirs.ReturnCode.NoError;
                response.AnswerRecords.AddRange(Answers(query.Questions[0]));
                received.Response = response;
            }

            return Task.CompletedTask;
        };
        server.Start();
        try
        {
            var options = new AskOptions { Timeout = Deadline };
            var few = await StubResolver.AskAsync(endPoint, "few.example.test", DnsType.MX, options);
            var many = await StubResolver.AskAsync(endPoint, "many.example.test", DnsType.A, options);

            Assert.Equal(
                ["10 mail.example.test.", "20 backup.mail.example.test."],
                few.Response!.Answers.Select(record => record.Data.ToString()));
            Assert.Equal([false, true], many.Attempts.Select(attempt => attempt.OverTcp));
            Assert.Equal(60, many.Response!.Answers.Count);
        }
        finally
        {
            server.Stop();
        }
    }

    [Fact]
    public void We_read_what_ARSoft_writes_and_it_what_we_write()
    {
        var ours = DnsMessage.Query("www.example.test", DnsType.A, id: 1).Respond() with
        {
            Answers = [.. Zone.Parse(CourseZones.Example).Records],
            Authority = [.. Zone.Parse(CourseZones.ReverseExample).Records],
        };

        var theirs = Theirs.DnsMessage.Parse(new ArraySegment<byte>(ours.ToBytes()));

        Assert.Equal(
            ours.Answers.Select(record => record.Name.ToString()),
            theirs.AnswerRecords.Select(record => record.Name.ToString()));
        Assert.Equal(
            ours.Answers.Select(record => (int)record.Type), theirs.AnswerRecords.Select(record => (int)record.RecordType));
        Assert.Equal(
            "10 mail.example.test.",
            theirs.AnswerRecords.OfType<Theirs.MxRecord>().First().ToString()!.Split(" MX ")[1]);
    }

    private static LookupClient Client(DnsServer server, Action<LookupClientOptions> set)
    {
        var options = new LookupClientOptions(server.EndPoint) { UseCache = false, Timeout = Deadline, Retries = 0 };
        set(options);
        return new LookupClient(options);
    }

    private static IEnumerable<Theirs.DnsRecordBase> Answers(Theirs.DnsQuestion question)
    {
        Theirs.MxRecord Mail(ushort preference, string name) => new(question.Name, 60, preference, DomainName.Parse(name));

        return question.RecordType == Theirs.RecordType.Mx
            ? [Mail(10, "mail.example.test"), Mail(20, "backup.mail.example.test")]
            : Enumerable.Range(0, 60).Select(i => new Theirs.ARecord(question.Name, 60, IPAddress.Parse($"198.51.100.{i}")));
    }

    // Their server does not tell which port it was given, so it gets one that was free over UDP and TCP a moment ago.
    private static IPEndPoint FreePort()
    {
        using var sockets = DnsSockets.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return sockets.EndPoint;
    }
}
