using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Tcp;

[Collection(Alone.Name)]
public class SixteenTests
{
    [Fact]
    public async Task It_answers_sixteen_octets_with_sixteen_and_names_both_sockets()
    {
        await using var server = Start();
        var talk = await SixteenClient.TalkAsync(server.EndPoint);

        Assert.Equal(SixteenServer.Farewell, talk.Answer);
        Assert.Equal(server.EndPoint, talk.SocketPeer);
        var accepted = await server.Log.WaitForAsync(SixteenEventKind.Accepted);
        Assert.Equal(talk.SocketName, accepted.Client);
        Assert.Contains(
            $"socket name {server.EndPoint}, socket peer {talk.SocketName}", accepted.Detail, StringComparison.Ordinal);
        Assert.Equal("\"Hi there, server\"", (await server.Log.WaitForAsync(SixteenEventKind.Received)).Detail);
        await server.Log.WaitForAsync(SixteenEventKind.Closed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public async Task However_the_octets_come_they_are_sixteen(int piece)
    {
        await using var server = Start();
        await using var client = await TcpEnd.ConnectAsync(server.EndPoint);
        client.Socket.NoDelay = true;
        foreach (var part in "Hi there, server".Chunk(piece))
        {
            await client.SendAsync(new string(part));
        }

        Assert.Equal(SixteenServer.Farewell, await client.ReceiveExactlyAsync(16));
        Assert.Equal("", await client.ReceiveAsync());
    }

    [Fact]
    public async Task Rude_clients_are_named_and_leave_nothing_behind()
    {
        await using var server = Start();
        await using var impatient = Start(TimeSpan.FromSeconds(0.3));
        var before = Held.Now();
        await RudeAsync(server, _ => Task.CompletedTask, SixteenEventKind.CutOff);
        await RudeAsync(server, client => client.SendAsync("Hi there, "), SixteenEventKind.CutOff, 2);
        await RudeAsync(
            server, async client =>
            {
                await client.SendAsync("Hi there, ");
                client.Reset();
            },
            SixteenEventKind.Reset);
        // It says nothing, and stays.
        await using (var idle = await TcpEnd.ConnectAsync(impatient.EndPoint))
        {
            await impatient.Log.WaitForAsync(SixteenEventKind.TimedOut);
        }

        // It says far too much: the first sixteen octets are answered, the rest is read and dropped.
        await using (var flood = await TcpEnd.ConnectAsync(server.EndPoint))
        {
            await flood.SendAsync(new byte[1_000_000]);
            Assert.Equal(SixteenServer.Farewell, await flood.ReceiveExactlyAsync(16));
        }

        // And a polite one is served as if nothing had happened.
        Assert.Equal(SixteenServer.Farewell, (await SixteenClient.TalkAsync(server.EndPoint)).Answer);
        await server.Log.WaitForAsync(SixteenEventKind.Closed, 2);
        await before.HoldsNoMoreSocketsAsync();
    }

    [Fact]
    public async Task Stopping_ends_a_conversation_that_goes_on_and_gives_the_port_back()
    {
        var server = Start();
        await using var client = await TcpEnd.ConnectAsync(server.EndPoint);
        await client.SendAsync("Hi");
        await server.Log.WaitForAsync(SixteenEventKind.Accepted);
        await server.StopAsync(TimeSpan.Zero);

        Assert.Equal(
            [SixteenEventKind.Ended, SixteenEventKind.Stopped],
            server.Log.Events.Select(entry => entry.Kind).TakeLast(2));
        await server.StopAsync();
        await Assert.ThrowsAsync<SocketException>(() => TcpEnd.ConnectAsync(server.EndPoint));
        Assert.DoesNotContain(RunningServers.All, running => running.Name == server.Name);
    }

    [Fact]
    public async Task Nobody_is_called_outside_this_machine() =>
        await Assert.ThrowsAsync<ArgumentException>(() => TcpEnd.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80)));

    private static SixteenServer Start(TimeSpan? deadline = null) =>
        SixteenServer.Start(TestServers.FreshName("sixteen"), deadline: deadline);

    private static async Task RudeAsync(SixteenServer server, Func<TcpEnd, Task> rudeness, SixteenEventKind kind, int count = 1)
    {
        await using (var client = await TcpEnd.ConnectAsync(server.EndPoint))
        {
            await rudeness(client);
        }

        await server.Log.WaitForAsync(kind, count);
    }
}
