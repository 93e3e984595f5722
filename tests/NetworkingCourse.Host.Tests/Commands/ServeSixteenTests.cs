using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Tests.Commands;

public sealed partial class ServeSixteenTests
{
    [NeedsFact(Need.Signals)]
    public async Task Sixteen_octets_are_answered_with_sixteen_and_both_sockets_are_in_the_log()
    {
        using var program = CourseProgram.Start(Repository.Root, "serve", "sixteen");
        await program.WaitForAsync("ready 127.0.0.1:");
        var port = int.Parse(Ready().Match(program.Output).Groups["port"].Value, CultureInfo.InvariantCulture);
        var server = new IPEndPoint(IPAddress.Loopback, port);
        var talk = await SixteenClient.TalkAsync(server);
        Assert.Equal(SixteenServer.Farewell, talk.Answer);

        await program.WaitForAsync("closed");
        program.Signal(Signals.Signal.Terminate);
        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.Contains($"socket name {server}, socket peer {talk.SocketName}", program.Output);
        Assert.Contains("\"Hi there, server\"", program.Output);
        Assert.Contains("stopped", program.Output);
        Assert.Equal("", program.Errors);
    }

    [Fact]
    public async Task An_option_that_says_nothing_to_it_is_refused()
    {
        var (exit, _, errors) = await CourseProgram.RunAsync(Repository.Root, "serve", "sixteen", "--think", "5");
        Assert.Equal(2, exit);
        Assert.Contains("--think", errors);
    }

    [GeneratedRegex(@"ready 127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Ready();
}
