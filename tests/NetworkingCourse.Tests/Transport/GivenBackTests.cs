using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport;

/// <summary>
/// Whatever speaks UDP leaves nothing behind, and prints nothing. Alone, because threads, sockets and the console belong to the
/// whole process.
/// </summary>
[Collection(Alone.Name)]
public sealed class GivenBackTests
{
    [Fact]
    public Task Starts_and_stops_leave_threads_and_sockets_as_they_were() => Held.StaysAsItWasAsync(RoundsAsync);

    [Fact]
    public async Task Stopping_all_stops_servers_links_clients_and_sockets()
    {
        var server = CounterServer.Start(name: TestServers.FreshName());
        var slow = new LinkOptions { Delay = TimeSpan.FromHours(1) };
        var link = LinkRelay.Start(server.EndPoint, slow, name: TestServers.FreshName());
        var client = new RequestClient(link.EndPoint, new RetryPolicy { Timeout = TimeSpan.FromMilliseconds(20), MaxTries = 3 });
        var socket = UdpSocket.Open();
        // When everything is stopped, something is still under way and somebody is waiting for it.
        var asking = client.AskAsync("get");
        await link.Log.WaitForAsync(DatagramEventKind.Passed);

        var table = await RunningServers.StopAllAsync(TimeSpan.Zero);

        Assert.Contains(table.Rows, row => row[0] == server.Name);
        Assert.Contains(table.Rows, row => row[0] == link.Name && row[1] == link.EndPoint.ToString());
        Assert.Equal(DatagramEventKind.Stopped, link.Log.Events[^1].Kind);
        Assert.Throws<ObjectDisposedException>(() => socket.Send("too late", server.EndPoint));
        await Assert.ThrowsAnyAsync<Exception>(() => asking);
        if (OperatingSystem.IsLinux())
        {
            Assert.Empty(UdpTable.Entries(server.EndPoint.Port).Concat(UdpTable.Entries(link.EndPoint.Port)));
        }
    }

    [Fact]
    public Task Nothing_is_printed() => Printing.IsNothingAsync(async () =>
    {
        await RoundsAsync(2);
        _ = (await TriesByLoss.MeasureAsync([0.2], requests: 20)).ToHtml();
        _ = ReliableProtocol.GoBackN.Send(20, new TransferOptions { Forward = new LinkOptions { Loss = 0.3 } }).Ladder().ToHtml();
        _ = Bottleneck.Share(TimeSpan.FromSeconds(5), new LinkOptions { BitsPerSecond = 1e6 }, [new FlowOptions()])
            .Windows()
            .ToHtml();
        _ = ServiceTable.Load().ToHtml() + OpenDescriptors.Now().ToHtml();
    });

    private static async Task RoundsAsync(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            await using var server = CounterServer.Start(remembersRequests: true, TestServers.FreshName());
            await using var time = UdpTimeServer.Start(TestServers.FreshName());
            await using var link = LinkRelay.Start(
                server.EndPoint,
                new LinkOptions { Duplication = 0.5, Delay = TimeSpan.FromMilliseconds(1) },
                name: TestServers.FreshName());
            await using var client = new RequestClient(link.EndPoint, new RetryPolicy { MaxTries = 50 });
            Assert.Equal("5", (await client.AskAsync("add 5")).Answer);
            using var gone = new UdpProbe(time.EndPoint);
            await gone.SendAsync(10);
        }
    }
}
