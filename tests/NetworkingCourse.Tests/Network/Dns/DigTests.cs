using System.Diagnostics;
using System.Globalization;
using NetworkingCourse.Network;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>Our servers answer the tool that everybody uses.</summary>
public sealed class DigTests
{
    [NeedsFact(Need.Dig)]
    public async Task It_reads_every_type_over_UDP_and_over_TCP_from_both_kinds_of_server()
    {
        await using var names = Names.Start();
        await using var resolver = ResolvingServer.Start(names.NewResolver(), TestServers.FreshName("resolver"));
        foreach (var server in (DnsServer[])[names.Tree.Servers[2], resolver])
        {
            foreach (var how in (string[])["+notcp", "+tcp"])
            {
                Assert.Equal("192.0.2.80", await DigAsync(server, how, "+short", "www.example.test", "A"));
                Assert.Equal("2001:db8::80", await DigAsync(server, how, "+short", "www.example.test", "AAAA"));
                Assert.Equal("www.example.test.\n192.0.2.80", await DigAsync(server, how, "+short", "blog.example.test", "A"));
                Assert.Equal(
                    "10 mail.example.test.\n20 mail.backup.example.test.",
                    await DigAsync(server, how, "+short", "example.test", "MX"));
                Assert.Equal("\"v=spf1 mx -all\"", await DigAsync(server, how, "+short", "example.test", "TXT"));
                Assert.Equal("www.example.test.", await DigAsync(server, how, "+short", "-x", "192.0.2.80"));
            }
        }

        Assert.Contains("flags: qr aa rd;", await DigAsync(names.Tree.Servers[2], "www.example.test"), StringComparison.Ordinal);
        Assert.Contains("flags: qr rd ra;", await DigAsync(resolver, "www.example.test"), StringComparison.Ordinal);
    }

    [NeedsFact(Need.Dig)]
    public async Task It_understands_our_errors_referrals_and_EDNS()
    {
        await using var names = Names.Start();

        Assert.Contains("status: NXDOMAIN", await DigAsync(names.Tree.Servers[2], "none.example.test"), StringComparison.Ordinal);
        Assert.Contains("status: REFUSED", await DigAsync(names.Tree.Servers[2], "www.other.test"), StringComparison.Ordinal);
        var referral = await DigAsync(names.Tree.Servers[1], "www.example.test");
        Assert.Contains("ANSWER: 0, AUTHORITY: 2, ADDITIONAL: 3", referral, StringComparison.Ordinal);
        Assert.Contains("; EDNS: version: 0, flags:; udp: 1232", referral, StringComparison.Ordinal);
        var answer = await DigAsync(names.Tree.Servers[2], "www.example.test");
        Assert.DoesNotContain(
            "WARNING",
            answer.Replace("WARNING: recursion requested but not available", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [NeedsFact(Need.Dig)]
    public async Task It_asks_again_over_TCP_when_the_answer_is_truncated()
    {
        await using var server = AuthoritativeServer.Start(Zone.Parse(CourseZones.Many(100)), TestServers.FreshName("dns"));

        var answer = await DigAsync(server, "+noedns", "www.many.test");

        Assert.Contains("ANSWER: 100", answer, StringComparison.Ordinal);
        Assert.Contains("(TCP)", answer, StringComparison.Ordinal);
        Assert.Contains(
            "flags: qr aa tc rd;",
            await DigAsync(server, "+noedns", "+ignore", "www.many.test"),
            StringComparison.Ordinal);
    }

    [NeedsFact(Need.Dig)]
    public async Task Nsupdate_is_told_that_there_are_no_updates()
    {
        await using var server = AuthoritativeServer.Start(Zone.Parse(CourseZones.Example), TestServers.FreshName("dns"));
        var program = Path.Combine(Path.GetDirectoryName(Programs.Find("dig"))!, "nsupdate"); // in the same package
        var start = new ProcessStartInfo(program, ["-t", "10"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using var nsupdate = Process.Start(start)!;
        await nsupdate.StandardInput.WriteAsync($"server {server.EndPoint.Address} {server.EndPoint.Port}\n");
        await nsupdate.StandardInput.WriteAsync("zone example.test\nupdate delete www.example.test A\nsend\n");
        nsupdate.StandardInput.Close();

        Assert.Equal("update failed: NOTIMP", (await nsupdate.StandardError.ReadToEndAsync()).Trim());
        await nsupdate.WaitForExitAsync();
    }

    private static async Task<string> DigAsync(DnsServer server, params string[] arguments)
    {
        var port = server.EndPoint.Port.ToString(CultureInfo.InvariantCulture);
        string[] always = [$"@{server.EndPoint.Address}", "-p", port, "-r", "+tries=1", "+time=10"];
        var start = new ProcessStartInfo(Programs.Find("dig"), always.Concat(arguments)) { RedirectStandardOutput = true };
        using var dig = Process.Start(start)!;
        var output = await dig.StandardOutput.ReadToEndAsync();
        await dig.WaitForExitAsync();
        return output.Trim();
    }
}
