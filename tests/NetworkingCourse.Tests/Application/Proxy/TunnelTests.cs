using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Application;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Application;

/// <summary>Slow, rude and numerous clients of the proxy. Runs alone because it counts the sockets of the process.</summary>
[Collection(Alone.Name)]
public class TunnelTests
{
    private const string Connect = "CONNECT music.test:443 HTTP/1.1\r\nHost: music.test:443\r\n\r\n";

    [Fact]
    public async Task Five_hundred_tunnels_at_once_are_all_answered()
    {
        const int tunnels = 500;
        await using var world = new World();
        var begun = new CountdownEvent(tunnels);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answers = await Task.WhenAll(Enumerable.Range(0, tunnels).Select(async _ =>
        {
            var socket = await World.ConnectAsync(world.Proxy.EndPoint);
            await socket.SendAsync(Encoding.ASCII.GetBytes(Connect), SocketFlags.None);
            Assert.StartsWith("HTTP/1.1 200 ", await World.ReadUntilAsync(socket, "\r\n\r\n"));
            if (begun.Signal())
            {
                all.SetResult(); // now all of them are open at once
            }

            await all.Task.WaitAsync(World.Deadline);
            await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsClientAsync(world.Internet.Trust("music.test"));
            await tls.WriteAsync("GET / HTTP/1.1\r\nHost: music.test\r\nConnection: close\r\n\r\n"u8.ToArray());
            using var reader = new StreamReader(tls);
            return await reader.ReadToEndAsync();
        }));
        Assert.All(answers, answer => Assert.Contains("<title>网易云音乐</title>", answer));
        await world.Proxy.Log.WaitForAsync(WebEventKind.TunnelClosed, tunnels);
        await Eventually.IsTrueAsync(
            () => world.Proxy.OpenConnections == 0,
            () => $"{world.Proxy.OpenConnections} are still open");
    }

    [Fact]
    public async Task A_half_close_is_handed_on_and_the_other_half_goes_on()
    {
        await using var world = new World();
        // In clear: the client shuts down sending at once, and still gets the whole slow answer.
        var answer = await World.SendAsync(
            world.Proxy.EndPoint,
            "GET http://bench.test/slow?lines=3&pause=50 HTTP/1.1\r\nHost: a\r\n\r\n",
            end: true);
        Assert.Contains("line 3 of 3", answer);

        // In a tunnel: the end of sending reaches the origin, which ends too; then the tunnel is closed.
        using var socket = await World.ConnectAsync(world.Proxy.EndPoint);
        await socket.SendAsync(Encoding.ASCII.GetBytes(Connect), SocketFlags.None);
        await World.ReadUntilAsync(socket, "\r\n\r\n");
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await World.ReadToEndAsync(socket));
        await world.Proxy.Log.WaitForAsync(WebEventKind.TunnelClosed);
    }

    [Fact]
    public async Task Slow_peers_have_a_deadline_each_and_are_told_where_they_can_be()
    {
        await using var world = new World(new ProxyOptions
        {
            HeadDeadline = TimeSpan.FromSeconds(1),
            IdleDeadline = TimeSpan.FromSeconds(1),
        });
        var to = world.Proxy.EndPoint;
        var slow = World.SendAsync(
            to,
            "GET http://bench.test/slow?lines=30&pause=50 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        var head = World.SendAsync(to, "GET http://music.test/ HT");
        var body = World.SendAsync(to, "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
        var kept = World.SendAsync(to, "GET http://bench.test/length HTTP/1.1\r\nHost: a\r\n\r\n");
        var nothing = World.SendAsync(to, "");
        var tunnel = World.SendAsync(to, Connect);
        Assert.EndsWith("line 30 of 30\n\r\n0\r\n\r\n", await slow); // slow, but never silent
        Assert.StartsWith("HTTP/1.1 408 ", await head);
        Assert.StartsWith("HTTP/1.1 504 ", await body);
        Assert.EndsWith("and no one more.\n", await kept); // kept open, then closed
        Assert.Equal("", await nothing); // a client that sends nothing gets nothing
        await Assert.ThrowsAsync<SocketException>(() => tunnel); // opened, then reset
        Assert.Contains("no data in time", (await world.Proxy.Log.WaitForAsync(WebEventKind.TunnelClosed)).Detail);
    }

    [Fact]
    public async Task A_body_that_the_origin_cuts_off_is_not_handed_on_as_if_it_were_whole()
    {
        await using var world = new World();
        using var socket = await World.ConnectAsync(world.Proxy.EndPoint);
        await socket.SendAsync(
            "GET http://bench.test/slow?lines=100&pause=1000 HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(),
            SocketFlags.None);
        await World.ReadUntilAsync(socket, "line 1 of 100");
        await world.Internet.Origin.StopAsync(TimeSpan.Zero);
        await Assert.ThrowsAsync<SocketException>(() => World.ReadToEndAsync(socket));
        Assert.StartsWith("GET http://bench.test/slow", (await world.Proxy.Log.WaitForAsync(WebEventKind.Failed)).What);
    }

    [Fact]
    public async Task Too_many_clients_are_told_so()
    {
        await using var world = new World(new ProxyOptions { ConnectionLimit = 2 });
        using var first = await World.ConnectAsync(world.Proxy.EndPoint);
        using var second = await World.ConnectAsync(world.Proxy.EndPoint);
        await Eventually.IsTrueAsync(
            () => world.Proxy.OpenConnections == 2,
            () => $"{world.Proxy.OpenConnections} are connected");
        Assert.StartsWith("HTTP/1.1 503 ", await World.SendAsync(
            world.Proxy.EndPoint,
            "GET http://music.test/ HTTP/1.1\r\nHost: a\r\n\r\n"));
        first.Dispose();
        await Eventually.IsTrueAsync(
            () => world.Proxy.OpenConnections == 1,
            () => $"{world.Proxy.OpenConnections} are connected");
        Assert.StartsWith("HTTP/1.1 200 ", await World.SendAsync(
            world.Proxy.EndPoint,
            "GET http://music.test/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task Rude_clients_leave_nothing_behind()
    {
        await using var world = new World();
        await RoundsAsync(world, 2);
        var before = Held.Now();
        const int rounds = 20;
        await RoundsAsync(world, rounds);
        await Eventually.IsTrueAsync(
            () => world.Proxy.OpenConnections == 0,
            () => $"{world.Proxy.OpenConnections} are still open:\n{world.Proxy.Log}");
        await before.HoldsNoMoreSocketsAsync(slack: rounds / 5);
        Assert.Contains("网易云音乐", await world.Client().GetStringAsync(Sites.Music));
    }

    [Fact]
    public async Task Starting_again_replaces_it_and_stopping_ends_open_tunnels()
    {
        var options = new ProxyOptions { Name = TestServers.FreshName("proxy") };
        var first = LittleInternet.Start(options, origin: "an origin that is replaced");
        using var socket = await World.ConnectAsync(first.Proxy.EndPoint);
        await socket.SendAsync(Encoding.ASCII.GetBytes(Connect), SocketFlags.None);
        await World.ReadUntilAsync(socket, "\r\n\r\n");
        using var client = new HttpClient(first.NewHandler());
        await client.GetStringAsync(Sites.Music);

        var second = LittleInternet.Start(options, origin: "an origin that is replaced");
        Assert.Equal(WebEventKind.Stopped, first.Proxy.Log.Events[^1].Kind);
        Assert.Equal(WebEventKind.Stopped, first.Origin.Log.Events[^1].Kind);
        Assert.Equal(2, RunningServers.All.Count(server => server == second.Proxy || server == second.Origin));
        await Assert.ThrowsAsync<SocketException>(() => World.ReadToEndAsync(socket));
        Assert.Contains("listening", second.Proxy.ToString());

        // A tunnel that is no longer in use costs no grace time.
        using var another = new HttpClient(second.NewHandler());
        await another.GetStringAsync(Sites.Music);
        await second.StopAsync(TimeSpan.FromMinutes(1)).WaitAsync(World.Deadline);
        Assert.Contains(second.ToString().Split('\n'), line => line.Contains("proxy", StringComparison.Ordinal));
        Assert.Contains("stopped", second.Proxy.ToString());
    }

    [Fact]
    public Task Stopping_all_stops_it_and_nothing_was_printed() => Printing.IsNothingAsync(async () =>
    {
        var world = new World();
        await RoundsAsync(world, 1);
        await Assert.ThrowsAsync<HttpRequestException>(() => world.Client().GetAsync(Sites.Expired));
        _ = await world.Client().GetStringAsync("http://bench.test/slow?lines=2");
        _ = world.Internet.ToHtml() + world.Proxy.ToHtml() + world.Proxy.Log.ToHtml()
            + world.Internet.Origin.ToHtml() + world.Internet.Authority.ToHtml();
        var listeners = Listeners.On(
            world.Proxy.EndPoint.Port,
            world.Internet.Origin.EndPoint.Port,
            world.Internet.Origin.TlsEndPoint.Port);
        var table = await RunningServers.StopAllAsync(TimeSpan.Zero);
        Assert.Contains(table.Rows, row => row[0] == world.Proxy.Name && row[1] == world.Proxy.EndPoint.ToString());
        Assert.Contains(table.Rows, row => row[0] == world.Internet.Origin.Name);
        Assert.Equal(0, listeners.Left());
        _ = world.Internet.ToHtml(); // a cell may still show it
    });

    // Each client leaves in a way of its own, in the middle of something.
    private static async Task RoundsAsync(World world, int rounds)
    {
        string[] openings =
        [
            "",
            "GET http://mus",
            "GET http://music.test/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf",
            "GET http://bench.test/slow?lines=100&pause=100 HTTP/1.1\r\nHost: a\r\n\r\n",
            Connect,
            Connect + "\u0016\u0003\u0001",
            "\u0016\u0003\u0001",
            "garbage\r\n\r\n",
        ];
        for (var round = 0; round < rounds; round++)
        {
            await Task.WhenAll(openings.SelectMany(
                opening => Enum.GetValues<Leaving>().Select(leaving => LeaveAsync(world, opening, leaving))));
        }
    }

    private static async Task LeaveAsync(World world, string opening, Leaving leaving)
    {
        using var socket = await World.ConnectAsync(world.Proxy.EndPoint);
        await socket.SendAsync(Encoding.Latin1.GetBytes(opening), SocketFlags.None);
        if (leaving == Leaving.Reset)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        else if (leaving == Leaving.HalfClose)
        {
            socket.Shutdown(SocketShutdown.Send);
            if (!opening.Contains("slow", StringComparison.Ordinal))
            {
                await Task.WhenAny(World.ReadToEndAsync(socket)); // until the end or a reset
            }
        }
    }

    private enum Leaving
    {
        Close,
        Reset,
        HalfClose,
    }
}
