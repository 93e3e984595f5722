using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Network;
using NetworkingCourse.Tests.Transport;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>Sends bytes to a name server over UDP or TCP, and receives its answers.</summary>
internal sealed class DnsAsking(IPEndPoint server) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly UdpProbe _udp = new(server);
    private readonly Socket _tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public async Task<byte[]> OverUdpAsync(byte[] query)
    {
        await _udp.SendAsync(query);
        return await _udp.ReceiveAsync();
    }

    public async Task<byte[]> OverTcpAsync(byte[] query)
    {
        using var timer = new CancellationTokenSource(Deadline);
        if (!_tcp.Connected)
        {
            await _tcp.ConnectAsync(server, timer.Token);
        }

        await DnsFraming.SendAsync(_tcp, query, timer.Token);
        return await DnsFraming.ReceiveAsync(_tcp, timer.Token) ?? throw new EndOfStreamException("closed without an answer");
    }

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }
}
