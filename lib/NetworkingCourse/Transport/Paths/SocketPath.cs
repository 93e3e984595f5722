using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A pair of connected sockets: Unix-domain, TCP or UDP, on this machine.</summary>
internal sealed class SocketPath : MessagePath
{
    private const int LargestDatagram = 65_507; // 65,535 less the headers of IP and UDP
    private const int LargestOnMac = 9_216; // net.inet.udp.maxdgram
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly Socket _near;
    private readonly Socket _far;

    private SocketPath(string name, Socket near, Socket far)
    {
        (Name, _near, _far) = (name, near, far);
        foreach (var socket in (Socket[])[near, far])
        {
            socket.SendTimeout = socket.ReceiveTimeout = (int)Deadline.TotalMilliseconds;
        }

        (Near, Far) = (EndOf(near), EndOf(far));
    }

    public override string Name { get; }

    public override int Longest => _near.SocketType != SocketType.Dgram ? int.MaxValue
        : OperatingSystem.IsMacOS() ? LargestOnMac
        : LargestDatagram;

    public override IMessageEnd Near { get; }

    public override IMessageEnd Far { get; }

    /// <summary>Creates a TCP connection on loopback, without Nagle's algorithm.</summary>
    public static SocketPath Tcp()
    {
        var (near, far) = Connect(AddressFamily.InterNetwork, ProtocolType.Tcp, new IPEndPoint(IPAddress.Loopback, 0));
        near.NoDelay = far.NoDelay = true;
        return new SocketPath("TCP, loopback", near, far);
    }

    /// <summary>
    /// Creates a connection of Unix-domain sockets (unix(7)). They are addressed by a file path, and the file is deleted once
    /// both ends are connected.
    /// </summary>
    public static SocketPath Unix()
    {
        var path = Path.Combine(Path.GetTempPath(), InvariantText.Format($"course-{Guid.NewGuid():N}"));
        try
        {
            var (near, far) = Connect(AddressFamily.Unix, ProtocolType.Unspecified, new UnixDomainSocketEndPoint(path));
            return new SocketPath("Unix-domain socket", near, far);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>
    /// Creates two UDP sockets on loopback that are connected to each other, so that they receive nothing from elsewhere.
    /// </summary>
    public static SocketPath Udp()
    {
        var (near, far) = (Bound(), Bound());
        near.Connect(far.LocalEndPoint!);
        far.Connect(near.LocalEndPoint!);
        return new SocketPath("UDP, loopback", near, far);

        static Socket Bound()
        {
            // Room for a batch, including the overhead of each datagram in it; anything beyond that would be lost.
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            {
                ReceiveBufferSize = 4 * Rounds.BatchBytes,
            };
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return socket;
        }
    }

    public override void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    private static (Socket Near, Socket Far) Connect(AddressFamily family, ProtocolType protocol, EndPoint address)
    {
        using var listener = new Socket(family, SocketType.Stream, protocol);
        listener.Bind(address);
        listener.Listen(1);
        var near = new Socket(family, SocketType.Stream, protocol);
        near.Connect(listener.LocalEndPoint!);
        return (near, listener.Accept());
    }

    private static IMessageEnd EndOf(Socket socket)
    {
        if (socket.SocketType == SocketType.Dgram)
        {
            return new DatagramEnd(socket);
        }

        var stream = new NetworkStream(socket, ownsSocket: false);
        return new StreamEnd(stream, stream);
    }

    /// <summary>An end made of a datagram socket: each message is one datagram.</summary>
    private sealed class DatagramEnd(Socket socket) : IMessageEnd
    {
        private readonly byte[] _room = new byte[LargestDatagram];

        public void Send(byte[] message) => socket.Send(message);

        public void Receive(int length)
        {
            var count = socket.Receive(_room);
            if (count != length)
            {
                throw new FormatException(InvariantText.Format($"Received a datagram of {count} bytes instead of {length}."));
            }
        }
    }
}
