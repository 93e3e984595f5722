using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NetworkingCourse.Tests.Transport;

/// <summary>A plain UDP socket on loopback whose every wait has a deadline.</summary>
internal sealed class UdpProbe : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>One that receives from anybody.</summary>
    public UdpProbe() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>One that sends to a server and receives only from it.</summary>
    public UdpProbe(IPEndPoint server) => _socket.Connect(server);

    public IPEndPoint EndPoint => LocalEndPoint;

    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public async Task SendAsync(byte[] datagram) => await _socket.SendAsync(datagram);

    public Task SendAsync(int length) => SendAsync(new byte[length]);

    public async Task<byte[]> ReceiveAsync(TimeSpan? deadline = null)
    {
        using var timer = new CancellationTokenSource(deadline ?? Deadline);
        var buffer = new byte[65_535];
        return buffer[..await _socket.ReceiveAsync(buffer, timer.Token)];
    }

    public async Task<string> ReceiveTextAsync() => Encoding.ASCII.GetString(await ReceiveAsync());

    public void Dispose() => _socket.Dispose();

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
