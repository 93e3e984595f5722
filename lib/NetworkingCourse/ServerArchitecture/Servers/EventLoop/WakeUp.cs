using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// How another thread wakes an event loop, which waits for sockets and for nothing else: with a socket. It sends a datagram to itself. (Unix
/// programs do the same with a pipe; this works everywhere.)
/// </summary>
internal sealed class WakeUp : IDisposable
{
    private readonly byte[] _letter = [1];
    private int _signalled;

    public WakeUp()
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Connect(Socket.LocalEndPoint!); // to itself, so that nobody else's datagrams arrive
    }

    /// <summary>What the loop watches.</summary>
    public Socket Socket { get; }

    /// <summary>Wakes the loop, now or when it next waits. Once is enough until it has been answered.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _ = Socket.Send(_letter, SocketFlags.None, out _);
        }
    }

    /// <summary>The loop is awake. To be called before it looks for what it was woken for.</summary>
    public void Answer()
    {
        _ = Socket.Receive(_letter, SocketFlags.None, out _);
        // Not a plain write: the processor could let the loop look for work before the write is seen, and the next signal would be taken for answered.
        Interlocked.Exchange(ref _signalled, 0);
    }

    public void Dispose() => Socket.Dispose();
}
