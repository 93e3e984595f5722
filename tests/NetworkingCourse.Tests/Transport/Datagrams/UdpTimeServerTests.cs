using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Datagrams;

public sealed class UdpTimeServerTests
{
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1, "1 byte")]
    [InlineData(17, "17 bytes")]
    [InlineData(65_507, "65,507 bytes")]
    public async Task It_answers_every_datagram_with_the_time_and_how_long_the_datagram_was(int length, string words)
    {
        await using var server = UdpTimeServer.Start(TestServers.FreshName());
        using var client = new UdpProbe(server.EndPoint);

        await client.SendAsync(length);

        Assert.Matches(
            $@"^The time is \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d\d\d; you sent {words}\.$", await client.ReceiveTextAsync());
        var received = await server.Log.WaitForAsync(DatagramEventKind.Received);
        Assert.Equal((client.LocalEndPoint, length), (received.Peer, received.Bytes));
    }

    [Fact]
    public async Task A_client_that_is_gone_before_its_answer_harms_nobody()
    {
        await using var server = UdpTimeServer.Start(TestServers.FreshName());
        for (var i = 0; i < 50; i++)
        {
            using var rude = new UdpProbe(server.EndPoint);
            await rude.SendAsync(i);
        }

        using var polite = new UdpProbe(server.EndPoint);
        await polite.SendAsync(99);

        Assert.EndsWith("you sent 99 bytes.", await polite.ReceiveTextAsync());
        Assert.Equal(0, server.Log.Count(DatagramEventKind.Failed));
    }

    [Fact]
    public async Task One_started_under_the_same_name_replaces_it_and_gets_its_port()
    {
        var name = TestServers.FreshName();
        var old = UdpTimeServer.Start(name);
        await using var server = UdpTimeServer.Start(name, old.EndPoint.Port);

        Assert.Equal(DatagramEventKind.Stopped, old.Log.Events[^1].Kind);
        Assert.Contains(server, RunningServers.All);
        await server.StopAsync();
        await server.StopAsync();
        Assert.DoesNotContain(server, RunningServers.All);
    }
}
