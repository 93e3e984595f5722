using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using NetworkingCourse.Application;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Application;

/// <summary>Runs our proxy through every row of the table. The client and the server write every byte themselves.</summary>
public sealed class HttpTableTests : IAsyncLifetime, IDisposable
{
    private readonly TcpListener _origin = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _limit = new(World.Deadline);
    private readonly ForwardProxy _proxy;

    public HttpTableTests()
    {
        _origin.Start();
        var names = new CourseNames();
        names.Add("a.test", 80, (IPEndPoint)_origin.LocalEndpoint);
        names.Add("a.test", 443, (IPEndPoint)_origin.LocalEndpoint);
        _proxy = ForwardProxy.Start(names, new ProxyOptions { Name = TestServers.FreshName("proxy") });
    }

    public static TheoryData<string, string> Rules
    {
        get
        {
            var rules = new TheoryData<string, string>();
            foreach (var row in HttpTable.Rows)
            {
                rules.Add(row.Source, row.Rule);
            }

            return rules;
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _proxy.StopAsync(TimeSpan.Zero);

    public void Dispose()
    {
        _origin.Dispose();
        _limit.Dispose();
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_proxy_does_what_the_RFC_says(string source, string rule)
    {
        var row = HttpTable.Rows.Single(row => (row.Source, row.Rule) == (source, rule));
        using var client = await World.ConnectAsync(_proxy.EndPoint);
        var request = row.Request.Replace("{proxy}", _proxy.EndPoint.ToString(), StringComparison.Ordinal);
        await client.SendAsync(Encoding.Latin1.GetBytes(request), _limit.Token);
        using var server = row.Forwarded is null ? null : await _origin.AcceptSocketAsync(_limit.Token);
        if (server is not null)
        {
            Assert.Equal(row.Forwarded, await ReadAsync(server, row.Forwarded!.Length));
            await server.SendAsync(Encoding.Latin1.GetBytes(row.Response), _limit.Token);
            // A body may end with the connection, and a tunnel ends when both sides have ended.
            if (row.Closes || row.Response.Length == 0)
            {
                server.Shutdown(SocketShutdown.Send);
            }
        }

        if (!row.Closes)
        {
            await World.ReadUntilAsync(client, "HTTP/1.1 "); // the response has begun, and no other request follows
            client.Shutdown(SocketShutdown.Send);
        }

        var received = (row.Closes ? "" : "HTTP/1.1 ") + await World.ReadToEndAsync(client);
        Check(row, received);
        Assert.Equal("", server is null ? "" : await World.ReadToEndAsync(server));
        Assert.False(_origin.Pending(), "it connected");
    }

    private static void Check(HttpRow row, string received)
    {
        if (row.Received is { } expected)
        {
            Assert.Matches($"^{Regex.Escape(expected).Replace("\\{date}", ADate, StringComparison.Ordinal)}\\z", received);
            return;
        }

        Assert.StartsWith($"HTTP/1.1 {row.Status} ", received);
        var head = received[..(received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 2)];
        Assert.Equal(row.Closes, head.Contains("\r\nConnection: close\r\n", StringComparison.Ordinal));
        Assert.Contains($"\r\n{row.Field}", head);
        Assert.Contains("This is the proxy speaking", received);
    }

    // RFC 9110, section 5.6.7.
    private const string ADate = "[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT";

    private async Task<string> ReadAsync(Socket socket, int length)
    {
        var (buffer, filled) = (new byte[length], 0);
        while (filled < length && await socket.ReceiveAsync(buffer.AsMemory(filled), _limit.Token) is > 0 and var count)
        {
            filled += count;
        }

        return Encoding.Latin1.GetString(buffer, 0, filled);
    }
}
