using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Application;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Application;

/// <summary>A little internet for one test, apart from those of other tests, with clients for it.</summary>
internal sealed class World : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly List<IDisposable> _clients = [];

    public World(ProxyOptions? proxy = null) =>
        Internet = LittleInternet.Start(
            (proxy ?? new ProxyOptions()) with { Name = TestServers.FreshName("proxy") },
            origin: TestServers.FreshName("origin"));

    public LittleInternet Internet { get; }

    public ForwardProxy Proxy => Internet.Proxy;

    /// <summary>Creates a client that uses the proxy; its settings can be changed before its first use.</summary>
    public HttpClient Client(Action<SocketsHttpHandler>? change = null) =>
        Client((SocketsHttpHandler)Internet.NewHandler(), change);

    /// <summary>Creates a client that connects to the origin itself.</summary>
    public HttpClient DirectClient(Action<SocketsHttpHandler>? change = null) =>
        Client((SocketsHttpHandler)Internet.NewDirectHandler(), change);

    /// <summary>Sends bytes to an endpoint, shuts down sending on request, and reads until the peer closes.</summary>
    public static async Task<string> SendAsync(IPEndPoint to, string bytes, bool end = false)
    {
        using var socket = await ConnectAsync(to);
        await socket.SendAsync(Encoding.Latin1.GetBytes(bytes), SocketFlags.None);
        if (end)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        return await ReadToEndAsync(socket);
    }

    public static async Task<Socket> ConnectAsync(IPEndPoint to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(to);
        return socket;
    }

    public static async Task<string> ReadToEndAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(Deadline);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token) is > 0 and var count)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    /// <summary>Reads until the data received contains the text.</summary>
    public static async Task<string> ReadUntilAsync(Socket socket, string wanted)
    {
        using var limit = new CancellationTokenSource(Deadline);
        var text = new StringBuilder();
        var buffer = new byte[1];
        while (!text.ToString().Contains(wanted, StringComparison.Ordinal))
        {
            Assert.True(await socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token) > 0, $"closed after: {text}");
            text.Append((char)buffer[0]);
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Internet.StopAsync(TimeSpan.Zero);
    }

    private HttpClient Client(SocketsHttpHandler handler, Action<SocketsHttpHandler>? change)
    {
        change?.Invoke(handler);
        var client = new HttpClient(handler)
        {
            Timeout = Deadline,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("course-test", "1"));
        _clients.Add(client);
        return client;
    }
}
