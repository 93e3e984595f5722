using System.Net;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Links;

public sealed class LinkRelayTests
{
    [Fact]
    public async Task Without_faults_a_client_speaks_through_it_as_with_the_server_itself()
    {
        await using var server = UdpTimeServer.Start(TestServers.FreshName());
        await using var relay = LinkRelay.Start(server.EndPoint, name: TestServers.FreshName());
        using var one = new UdpProbe(relay.EndPoint);
        using var other = new UdpProbe(relay.EndPoint);

        await one.SendAsync(3);
        await other.SendAsync(7);

        Assert.EndsWith("you sent 3 bytes.", await one.ReceiveTextAsync());
        Assert.EndsWith("you sent 7 bytes.", await other.ReceiveTextAsync());
        // The server sees two clients, and neither has the relay's own address.
        var peers = server.Log.Events.Where(e => e.Kind == DatagramEventKind.Received).Select(e => e.Peer);
        Assert.Equal(2, peers.Distinct().Count());
        await relay.Log.WaitForAsync(DatagramEventKind.Passed, count: 4);
    }

    [Fact]
    public async Task A_script_befalls_those_it_names_and_nobody_else()
    {
        await using var receiver = new UdpProbe();
        var script = LinkScript.Of("drop the 2nd and 5th; corrupt the 3rd; duplicate the 4th");
        await using var relay = LinkRelay.Start(
            receiver.EndPoint, new LinkOptions { Script = script }, name: TestServers.FreshName());
        using var sender = new UdpProbe(relay.EndPoint);

        for (byte i = 1; i <= 6; i++)
        {
            await sender.SendAsync([i, i, i, i]);
            await relay.Log.WaitForAsync(
                i is 2 or 5 ? DatagramEventKind.Lost : DatagramEventKind.Passed,
                count: i switch { 1 or 2 => 1, 3 => 2, 4 => 3, 5 => 2, _ => 4 });
        }

        var received = new List<byte[]>();
        for (var i = 0; i < 5; i++)
        {
            received.Add(await receiver.ReceiveAsync());
        }

        Assert.Equal(
            [1, 4, 4, 6],
            received.Where(datagram => datagram.Distinct().Count() == 1).Select(datagram => (int)datagram[0]));
        var harmed = Assert.Single(received, datagram => datagram.Distinct().Count() > 1);
        Assert.Equal(1, harmed.Sum(part => byte.PopCount((byte)(part ^ 3))));
    }

    [Fact]
    public async Task Answers_go_through_the_link_back_and_have_numbers_of_their_own()
    {
        await using var server = UdpTimeServer.Start(TestServers.FreshName());
        await using var relay = LinkRelay.Start(
            server.EndPoint,
            reverse: new LinkOptions { Script = LinkScript.Of("drop the 1st") },
            name: TestServers.FreshName());
        using var client = new UdpProbe(relay.EndPoint);

        await client.SendAsync(1);
        await relay.Log.WaitForAsync(DatagramEventKind.Lost);
        await client.SendAsync(2);

        Assert.EndsWith("you sent 2 bytes.", await client.ReceiveTextAsync());
        await server.Log.WaitForAsync(DatagramEventKind.Replied, count: 2);
    }

    [Fact]
    public async Task What_is_held_back_is_overtaken()
    {
        await using var receiver = new UdpProbe();
        await using var relay = LinkRelay.Start(
            receiver.EndPoint,
            new LinkOptions { Script = LinkScript.Of("hold back the 1st"), HoldBack = TimeSpan.FromSeconds(2) },
            name: TestServers.FreshName());
        using var sender = new UdpProbe(relay.EndPoint);

        await sender.SendAsync([1]);
        await sender.SendAsync([2]);

        Assert.Equal([2], await receiver.ReceiveAsync());
        Assert.Equal([1], await receiver.ReceiveAsync());
    }

    [Fact]
    public async Task A_dead_server_is_named_and_the_relay_goes_on()
    {
        var gone = new UdpProbe();
        await using var relay = LinkRelay.Start(gone.EndPoint, name: TestServers.FreshName());
        await gone.DisposeAsync();
        using var client = new UdpProbe(relay.EndPoint);

        await client.SendAsync(1);
        await relay.Log.WaitForAsync(DatagramEventKind.Refused);
        await using var server = UdpTimeServer.Start(TestServers.FreshName(), relay.Server.Port);
        await client.SendAsync(2);

        Assert.EndsWith("you sent 2 bytes.", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task More_clients_than_there_is_room_for_push_out_those_silent_longest()
    {
        await using var server = UdpTimeServer.Start(TestServers.FreshName());
        await using var relay = LinkRelay.Start(server.EndPoint, name: TestServers.FreshName());
        var clients = new List<UdpProbe>();
        try
        {
            for (var i = 0; i < 260; i++)
            {
                clients.Add(new UdpProbe(relay.EndPoint));
                await clients[i].SendAsync(1);
                Assert.EndsWith("1 byte.", await clients[i].ReceiveTextAsync());
            }

            var forgotten = await relay.Log.WaitForAsync(DatagramEventKind.Forgotten, count: 4);
            Assert.Equal(clients[3].LocalEndPoint, forgotten.Peer);
            await clients[0].SendAsync(2); // it counts as a new one, and is served
            Assert.EndsWith("2 bytes.", await clients[0].ReceiveTextAsync());
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_flood_leaves_it_alive_and_bounded()
    {
        await using var server = UdpTimeServer.Start(TestServers.FreshName());
        await using var relay = LinkRelay.Start(
            server.EndPoint,
            new LinkOptions { Delay = TimeSpan.FromMilliseconds(1), Duplication = 0.5, Loss = 0.1 },
            name: TestServers.FreshName());
        using var flooder = new UdpProbe(relay.EndPoint);
        for (var i = 0; i < 5000; i++)
        {
            await flooder.SendAsync(1 + (i % 1000));
        }

        await using var other = UdpTimeServer.Start(TestServers.FreshName());
        await using var quiet = LinkRelay.Start(other.EndPoint, name: TestServers.FreshName());
        using var polite = new UdpProbe(quiet.EndPoint);
        await polite.SendAsync(5);

        Assert.EndsWith("you sent 5 bytes.", await polite.ReceiveTextAsync());
        Assert.InRange(relay.Log.Events.Count, 1, DatagramLog.Capacity);
        await relay.StopAsync();
        Assert.Equal(DatagramEventKind.Stopped, relay.Log.Events[^1].Kind);
    }

    [Fact]
    public void It_relays_to_loopback_only()
    {
        var refusal = Assert.Throws<ArgumentException>(() => LinkRelay.Start(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9)));
        Assert.Contains("not on loopback", refusal.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            LinkRelay.Start(new IPEndPoint(IPAddress.Loopback, 9), new LinkOptions { Loss = 2 }));
    }
}
