using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Application;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Application;

/// <summary>
/// The switch to the outside world, tested without going there: the system's proxy is a dead one on loopback. Runs alone because
/// the switch and the system's proxy belong to the whole process.
/// </summary>
[Collection(Alone.Name)]
public class LiveTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData(" True ", true)]
    public void It_is_off_unless_the_environment_says_so(string? value, bool on) => Assert.Equal(on, Course.IsOn(value));

    [Fact]
    public void The_addresses_follow_the_switch()
    {
        Assert.Equal("music.test", Sites.Music.Host);
        Live(() =>
        {
            Assert.Equal("https://music.163.com/", Sites.Music.ToString());
            Assert.Contains("Course.Live is on", Course.Begin().ToString());
        });
        Assert.DoesNotContain("Course.Live", Course.Begin().ToString());
        Assert.Equal("adder.test", Sites.Language.Host);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_dead_proxy_a_page_says_so_in_one_line_within_seconds(bool silent)
    {
        // Either there is no listener, or it never answers.
        using var dead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        dead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (silent)
        {
            dead.Listen();
        }

        var deadline = TimeSpan.FromSeconds(silent ? 0.5 : 10);
        await using var world = new World();
        using var client = new HttpClient(new LiveHandler(
            new SocketsHttpHandler { Proxy = new WebProxy($"http://{dead.LocalEndPoint}/") },
            world.Internet.NewHandler(),
            world.Internet.Names,
            deadline));
        foreach (var address in new[] { "http://course.invalid/", "https://course.invalid/" })
        {
            var began = Stopwatch.GetTimestamp();
            using var response = await client.GetAsync(address);
            Assert.True(Stopwatch.GetElapsedTime(began) < World.Deadline);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "No network"), (response.StatusCode, response.ReasonPhrase));
            var title = (await response.Content.ReadAsStringAsync()).Split("<title>")[1].Split("</title>")[0];
            Assert.Contains("网易云音乐", await client.GetStringAsync("https://music.test/")); // the course's own sites remain
            Assert.Matches(
                @"^Course\.Live is on, but course\.invalid cannot be reached: "
                + (silent ? "no response in time" : "connection refused")
                + @"\. Without a network, set Course\.Live = false and run the notebook again\.$",
                title);
        }
    }

    [Fact]
    public async Task The_cells_of_a_lesson_use_the_systems_proxy_then()
    {
        await using var world = new World();
        using var dead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        dead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy($"http://{dead.LocalEndPoint}/");
        try
        {
            Course.Live = true;
            using var client = new HttpClient(world.Internet.NewHandler());
            Assert.Contains(
                "connection refused",
                await (await client.GetAsync("https://course.invalid/")).Content.ReadAsStringAsync());
            var exception = await Assert.ThrowsAsync<NoNetworkException>(() => world.Internet.ConnectAsync("course.invalid"));
            Assert.Equal(
                "Course.Live is on, but course.invalid cannot be reached: connection refused. "
                + "Without a network, set Course.Live = false and run the notebook again.",
                exception.ToString());
            Assert.Null(world.Internet.Trust().CertificateChainPolicy);
        }
        finally
        {
            Course.Live = false;
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task A_client_by_hand_gets_to_the_systems_proxy()
    {
        await using var world = new World();
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(world.Proxy.Address);
        try
        {
            Course.Live = true;
            var way = await world.Internet.ConnectAsync("music.test");
            Assert.True(way.LeadsToProxy);
            Assert.EndsWith($" → {world.Proxy.EndPoint}, a proxy", way.ToString());
            way.Socket.Dispose();
        }
        finally
        {
            Course.Live = false;
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task A_certificate_that_is_not_believed_is_no_missing_network()
    {
        await using var world = new World();
        using var client = new HttpClient(new LiveHandler(
            (SocketsHttpHandler)world.Internet.NewHandler(),
            new SocketsHttpHandler(),
            new CourseNames()));
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Sites.Expired));
        Assert.Contains("NotTimeValid", exception.InnerException!.Message);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync(Sites.Music, cancelled.Token));
    }

    private static void Live(Action action)
    {
        Course.Live = true;
        try
        {
            action();
        }
        finally
        {
            Course.Live = false;
        }
    }
}
