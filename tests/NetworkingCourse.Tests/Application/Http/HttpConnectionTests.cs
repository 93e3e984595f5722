using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Application;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Application;

/// <summary>HTTP by hand, against Kestrel and against peers that close in the middle of a message.</summary>
public sealed class HttpConnectionTests : IAsyncLifetime
{
    private readonly WebOrigin _origin = WebOrigin.Start(TestServers.FreshName("origin"));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _origin.StopAsync(TimeSpan.Zero);

    [Theory]
    [InlineData("/length", HttpFraming.Length, "Thirty-seven bytes, and no one more.\n")]
    [InlineData("/chunked", HttpFraming.Chunked, "line 1 of 3\nline 2 of 3\nline 3 of 3\n")]
    public async Task Bodies_are_read_to_their_end_and_the_connection_goes_on(string path, HttpFraming framing, string text)
    {
        await using var connection = await HttpConnection.ConnectAsync(_origin.EndPoint);
        for (var i = 0; i < 3; i++)
        {
            await connection.SendAsync(Get(path));
            var response = await connection.ReadAsync();
            Assert.Equal(
                (200, framing, text, true, 0),
                (response.Status, response.Framing, response.Text, response.KeepsConnection, connection.Kept));
        }

        Assert.Equal(1, connection.Tap.Recording.Connections);
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        await using var connection = await HttpConnection.ConnectAsync(_origin.EndPoint);
        var requests = Enumerable.Range(200, 5).Where(code => code != 204).Select(code => Get($"/status/{code}"));
        await connection.SendAsync(string.Concat(requests));

        foreach (var code in new[] { 200, 201, 202, 203 })
        {
            Assert.Equal(code, (await connection.ReadAsync()).Status);
        }
    }

    [Fact]
    public async Task A_response_to_HEAD_has_no_body_and_the_next_one_is_understood()
    {
        await using var connection = await HttpConnection.ConnectAsync(_origin.EndPoint);
        await connection.SendAsync(Get("/length").Replace("GET", "HEAD", StringComparison.Ordinal) + Get("/length"));

        Assert.Equal("37", (await connection.ReadAsync("HEAD"))["content-length"]);
        Assert.Equal(37, (await connection.ReadAsync()).Body.Length);
    }

    [Fact]
    public async Task Who_reads_until_the_other_end_closes_waits_for_the_deadline_on_a_connection_that_is_kept()
    {
        await using var kept = await HttpConnection.ConnectAsync(_origin.EndPoint);
        await kept.SendAsync(Get("/length"));
        await kept.ReadAsync(); // the first answer of a server takes longer
        await kept.SendAsync(Get("/length"));
        var read = await kept.ReadToCloseAsync(TimeSpan.FromSeconds(2));
        Assert.False(read.HasClosed);
        Assert.EndsWith("no one more.\n", read.Text, StringComparison.Ordinal);

        await using var closed = await HttpConnection.ConnectAsync(_origin.EndPoint);
        await closed.SendAsync(Get("/length").Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
        Assert.True((await closed.ReadToCloseAsync()).HasClosed);
    }

    [Fact]
    public async Task Kestrel_refuses_what_the_strict_reader_refuses()
    {
        string[] requests =
        [
            "GET / HTTP/1.1\r\nHost : bench.test\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: bench.test\r\nX: y\r\n z\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
        ];
        foreach (var hostile in requests)
        {
            await using var connection = await HttpConnection.ConnectAsync(_origin.EndPoint);
            await connection.SendAsync(hostile);
            Assert.Equal(400, (await connection.ReadAsync()).Status);
        }
    }

    [Fact]
    public async Task A_deadline_says_how_far_it_had_come_and_a_cut_off_answer_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var connection = await HttpConnection.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var server = await listener.AcceptSocketAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"u8.ToArray());

        var late = await Assert.ThrowsAsync<TimeoutException>(
            () => connection.ReadAsync(deadline: TimeSpan.FromMilliseconds(200)));
        Assert.Contains("97 bytes missing from the body", late.Message, StringComparison.Ordinal);

        await using var second = await HttpConnection.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using (var cut = await listener.AcceptSocketAsync())
        {
            await cut.SendAsync("HTTP/1.1 200 OK\r\nContent-Len"u8.ToArray());
        }

        var broken = await Assert.ThrowsAsync<HttpFormatException>(() => second.ReadAsync());
        Assert.Contains("inside the header", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_loopback_is_connected_to() =>
        await Assert.ThrowsAsync<ArgumentException>(
            () => HttpConnection.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80)));

    private static string Get(string path) => Encoding.ASCII.GetString(HttpWriter.Request("GET", path, "bench.test"));
}
