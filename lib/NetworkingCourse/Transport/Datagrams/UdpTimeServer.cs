using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// A time server: it answers every datagram, whatever its content, with the current time. It keeps no state between datagrams.
/// </summary>
public sealed class UdpTimeServer : DatagramServer
{
    private UdpTimeServer(string name, int port)
        : base(name, new IPEndPoint(IPAddress.Loopback, port))
    {
    }

    /// <summary>Starts a server on 127.0.0.1. Clients can send as soon as this method returns.</summary>
    /// <param name="name">The server's name. A running server of the same name is replaced.</param>
    /// <param name="port">The UDP port; 0 lets the system choose.</param>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static UdpTimeServer Start(string name = "time", int port = 0) => Start(name, () => new UdpTimeServer(name, port));

    /// <inheritdoc/>
    private protected override async ValueTask HandleAsync(
        ReadOnlyMemory<byte> datagram, IPEndPoint from)
    {
        Log.Write(DatagramEventKind.Received, from, datagram.Length);
        var sent = Octets.Count(datagram.Length);
        var text = InvariantText.Format(
            $"The time is {DateTime.Now:yyyy-MM-dd HH:mm:ss.fff}; you sent {sent}.");
        var answer = Encoding.ASCII.GetBytes(text);
        if (await SendAsync(answer, from).ConfigureAwait(false))
        {
            Log.Write(DatagramEventKind.Replied, from, answer.Length);
        }
    }
}
