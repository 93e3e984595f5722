using System.Net;
using NetworkingCourse.Network;

namespace NetworkingCourse.Host.Tests.Commands;

public sealed class ServeDnsTests
{
    [NeedsFact(Need.Signals)]
    public async Task It_serves_a_zone_from_a_file_over_UDP_and_TCP_shows_its_log_and_stops_when_told()
    {
        using var folder = new TemporaryFolder();
        folder.File(
            "my.zone",
            "$TTL 60\n"
            + "mine.test. SOA ns.mine.test. me.mine.test. 1 2 3 4 5\n"
            + "mine.test. NS ns.mine.test.\n"
            + "www.mine.test. A 192.0.2.7\n");
        using var program = CourseProgram.Start(folder.Path, "serve", "dns", "--zone", "my.zone");
        var server = new IPEndPoint(IPAddress.Loopback, await program.PortAsync());

        foreach (var overTcp in (bool[])[false, true])
        {
            var options = new AskOptions { OverTcp = overTcp, Timeout = TimeSpan.FromSeconds(20) };
            var exchange = await StubResolver.AskAsync(server, "www.mine.test", DnsType.A, options);
            Assert.Equal("192.0.2.7", Assert.Single(exchange.Response!.Answers).Address.ToString());
        }

        await program.WaitForAsync("answered · TCP");
        await program.StopAsync();
        Assert.Contains("zone mine.test., 3 records, UDP and TCP", program.Output);
        Assert.Contains("www.mine.test. A", program.Output);
    }

    [Theory]
    [InlineData(
        "$TTL 60\n"
        + "mine.test. SOA ns.mine.test. me.mine.test. 1 2 3 4 5\n"
        + "mine.test. NS ns.mine.test.\n"
        + "www.mine.test. A 192.0.2.700\n",
        "--zone bad.zone: Line 4: '192.0.2.700' is not an IPv4 address: 700 is over 255. Expected four decimal numbers")]
    [InlineData("", "--zone bad.zone: The zone has no SOA record: expected exactly one")]
    [InlineData(null, "--zone bad.zone: Could not find file")]
    public async Task A_zone_file_that_makes_no_sense_is_said_in_one_line_with_the_line_and_what_was_expected(
        string? content,
        string says)
    {
        using var folder = new TemporaryFolder();
        if (content is not null)
        {
            folder.File("bad.zone", content);
        }

        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "serve", "dns", "--zone", "bad.zone");

        Assert.Equal((2, ""), (exit, output));
        Assert.Contains(says, errors);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Options_that_say_nothing_to_it_are_refused()
    {
        var (exit, _, errors) = await CourseProgram.RunAsync(Repository.Root, "serve", "dns", "--think", "5");

        Assert.Equal(2, exit);
        Assert.Contains("--think does not apply to 'dns'. It takes: --port N, --zone FILE.", errors);
    }
}
