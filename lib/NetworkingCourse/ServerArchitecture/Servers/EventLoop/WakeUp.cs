using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Lets other threads wake an event loop. Because the loop waits only for sockets, the signal is a datagram that a socket sends
/// to itself. (Unix programs often use a pipe instead; a datagram works on every system.)
/// </summary>
internal sealed class WakeUp : IDisposable
{
    private readonly byte[] _letter = [1];
    private int _signalled;

    public WakeUp()
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Connect(Socket.LocalEndPoint!); // to itself, so that it accepts no datagrams from other sockets
    }

    /// <summary>The socket for the loop to watch.</summary>
    public Socket Socket { get; }

    /// <summary>
    /// Wakes the loop, now or when it next waits. Further signals have no effect until <see cref="Answer"/> is called.
    /// </summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _ = Socket.Send(_letter, SocketFlags.None, out _);
        }
    }

    /// <summary>Resets the signal. The loop calls this when it wakes, before it looks for work.</summary>
    public void Answer()
    {
        _ = Socket.Receive(_letter, SocketFlags.None, out _);
        // Not a plain write: the processor could let the loop look for work before the write becomes visible, and the next signal
        // would be lost.
        Interlocked.Exchange(ref _signalled, 0);
    }

    public void Dispose() => Socket.Dispose();
}
