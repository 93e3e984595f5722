using System.Net;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Tests.Commands;

public sealed class ServeSixteenTests
{
    [NeedsFact(Need.Signals)]
    public async Task Sixteen_octets_are_answered_with_sixteen_and_both_sockets_are_in_the_log()
    {
        using var program = CourseProgram.Start(Repository.Root, "serve", "sixteen");
        var server = new IPEndPoint(IPAddress.Loopback, await program.PortAsync());
        var talk = await SixteenClient.TalkAsync(server);
        Assert.Equal(SixteenServer.Farewell, talk.Answer);

        await program.WaitForAsync("closed");
        await program.StopAsync();
        Assert.Contains($"socket name {server}, socket peer {talk.SocketName}", program.Output);
        Assert.Contains("\"Hi there, server\"", program.Output);
    }

    [Fact]
    public async Task An_option_that_says_nothing_to_it_is_refused()
    {
        var (exit, _, errors) = await CourseProgram.RunAsync(Repository.Root, "serve", "sixteen", "--think", "5");
        Assert.Equal(2, exit);
        Assert.Contains("--think", errors);
    }
}
