using System.Net.NetworkInformation;
using System.Net.Sockets;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Tcp;

[Collection(Alone.Name)]
public class TcpEndTests
{
    [Fact]
    public async Task A_half_closed_connection_still_carries_the_answer()
    {
        await using var pair = await Connected();
        await pair.Client.SendAsync("one, two, three");
        pair.Client.ShutdownSend();

        Assert.Equal("one, two, three", await pair.Server.ReceiveExactlyAsync(15));
        Assert.Equal("", await pair.Server.ReceiveAsync());
        Assert.Equal(TcpState.CloseWait, StateOf(pair.Server));
        // Its FIN may be acknowledged a little later.
        await Eventually.IsTrueAsync(() => StateOf(pair.Client) == TcpState.FinWait2, () => TcpTable.Of(pair.Port).ToString());
        await pair.Server.SendAsync("three");
        Assert.Equal("three", await pair.Client.ReceiveExactlyAsync(5));
    }

    [Fact]
    public async Task A_reset_reaches_the_other_end_as_an_error()
    {
        await using var pair = await Connected();
        pair.Client.Reset();

        var reset = await Assert.ThrowsAsync<SocketException>(() => pair.Server.ReceiveAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [NeedsFact(Need.NotMacOS)]
    public async Task Closing_with_something_unread_is_a_reset_too()
    {
        await using var pair = await Connected();
        await pair.Client.SendAsync("read this");
        pair.Server.Close();

        var reset = await Assert.ThrowsAsync<SocketException>(() => pair.Client.ReceiveAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task What_never_comes_is_waited_for_until_the_deadline_and_no_longer()
    {
        await using var pair = await TcpPair.Create(TestServers.FreshName("pair"), buffers: 4096)
            .ConnectAsync(TimeSpan.FromSeconds(0.1));

        await Assert.ThrowsAsync<TimeoutException>(() => pair.Client.ReceiveAsync());
        await Assert.ThrowsAsync<TimeoutException>(() => pair.Client.ReceiveExactlyAsync(1));
        await Assert.ThrowsAsync<TimeoutException>(() => pair.Client.SendAsync(new byte[1_000_000]));
    }

    [NeedsFact(Need.Linux)]
    public async Task The_system_tells_the_state_of_both_ends_and_what_is_under_way()
    {
        await using var pair = await Connected();
        await pair.Client.SendAsync("0123456789");
        Assert.Equal("ESTABLISHED", pair.Client.Info!.State);
        await Eventually.IsTrueAsync(
            () => pair.Client.Info!.BytesAcknowledged >= 10,
            () => $"{pair.Client.Info!.BytesAcknowledged} bytes acknowledged");
        Assert.Equal(10, pair.Server.Info!.BytesReceived);
        // The program has not read it yet: it is in the receiver's queue.
        Assert.Equal(10, TcpQueues.Read(pair.Port).Single(row => row.Own.Port == pair.Port).Unread);
        pair.Client.ShutdownSend();
        await Eventually.IsTrueAsync(
            () => (pair.Client.Info!.State, pair.Server.Info!.State) == ("FIN-WAIT-2", "CLOSE-WAIT"),
            () => $"{pair.Client.Info!.State}, {pair.Server.Info!.State}");
    }

    [Fact]
    public void A_line_of_the_systems_table_is_understood()
    {
        // The kernel writes an address as the number that its four bytes form on this machine.
        var loopback = BitConverter.IsLittleEndian ? "0100007F" : "7F000001";
        var row = TcpQueues.Parse(
            $"   0: {loopback}:9C47 00000000:0000 0A 00000000:00000002 00:00000000 00000000  1000        0 12345 1 "
            + "0000000000000000 100 0 0 10 0");

        Assert.Equal(("127.0.0.1:40007", true, 0L, 2L), (row.Own.ToString(), row.IsListening, row.Unacknowledged, row.Unread));
    }

    [NeedsFact(Need.Linux)]
    public async Task Without_the_option_a_port_in_time_wait_is_refused_and_with_it_not()
    {
        // A port of its own: on one that the system chose, connections of other tests may be in TIME-WAIT too.
        await using var server = SixteenServer.Start(TestServers.FreshName("sixteen"), OwnPort.Next());
        await SixteenClient.TalkAsync(server.EndPoint);
        await server.StopAsync();
        await Eventually.IsTrueAsync(
            () => TcpTable.Count(server.EndPoint.Port, TcpState.TimeWait) == 1,
            () => TcpTable.Of(server.EndPoint.Port).ToString());

        Assert.StartsWith("refused", ReuseAddress.WithoutOption(server.EndPoint.Port), StringComparison.Ordinal);
        Assert.Equal("allowed", ReuseAddress.WithOption(server.EndPoint.Port));
        // A port that nobody has used needs no option.
        Assert.Equal("allowed", ReuseAddress.WithoutOption(OwnPort.Next()));
    }

    [Fact]
    public async Task Pairs_and_quiet_listeners_give_back_what_they_have_strangers_included()
    {
        var name = TestServers.FreshName("pair");
        var before = Held.Now();
        for (var i = 0; i < 5; i++)
        {
            // One that is replaced, and one that a stranger connects to first.
            _ = await TcpPair.Create(name).ConnectAsync();
            var pair = TcpPair.Create(name);
            await using var stranger = await TcpEnd.ConnectAsync(pair.EndPoint);
            await pair.ConnectAsync();
            Assert.Equal(pair.Client.LocalEndPoint, pair.Server.RemoteEndPoint);
            var listener = QuietListener.Start(1, name + " listener");
            await listener.ConnectManyAsync(2, TimeSpan.FromSeconds(1));
            await Task.WhenAll(pair.StopAsync(), listener.StopAsync());
        }

        await before.HoldsNoMoreSocketsAsync();
        Assert.DoesNotContain(RunningServers.All, running => running.Name.StartsWith(name, StringComparison.Ordinal));
    }

    /// <summary>Looked up by both ends: the port alone may have belonged to another connection a moment ago.</summary>
    private static TcpState? StateOf(TcpEnd end) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .SingleOrDefault(connection =>
            connection.LocalEndPoint.Equals(end.LocalEndPoint) && connection.RemoteEndPoint.Equals(end.RemoteEndPoint))
        ?.State;

    private static Task<TcpPair> Connected() => TcpPair.Create(TestServers.FreshName("pair")).ConnectAsync();
}
