using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Receives broadcasts on loopback and replies to each sender with its own name. Several receivers can share a port: each gets
/// its own copy of every broadcast datagram.
/// </summary>
public sealed class BroadcastReceiver : DatagramServer
{
    private const int MaxHeard = 200;

    private BroadcastReceiver(string name, int port)
        : base(name, new IPEndPoint(LoopbackBroadcast.Address, port), share: true)
    {
    }

    /// <summary>Starts a receiver on 127.255.255.255. It is listening when this method returns.</summary>
    /// <param name="name">The receiver's name. A running server of the same name is replaced.</param>
    /// <param name="port">The UDP port, shared with any other socket that allows it; 0 lets the system choose.</param>
    /// <exception cref="PlatformNotSupportedException">This system has no broadcast on loopback.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken by a socket that does not share it.</exception>
    public static BroadcastReceiver Start(string name = "receiver", int port = 0) =>
        LoopbackBroadcast.UnavailableReason() is { } reason
            ? throw new PlatformNotSupportedException(reason)
            : Start(name, () => new BroadcastReceiver(name, port));

    /// <summary>Starts several receivers on one shared port: receiver 1, receiver 2 and so on.</summary>
    /// <param name="count">The number of receivers.</param>
    /// <returns>
    /// The receivers; none on a system without broadcast on loopback (<see cref="LoopbackBroadcast.UnavailableReason"/> says
    /// why).
    /// </returns>
    public static IReadOnlyList<BroadcastReceiver> StartSeveral(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var receivers = new List<BroadcastReceiver>();
        while (receivers.Count < count && LoopbackBroadcast.UnavailableReason() is null)
        {
            receivers.Add(Start(
                InvariantText.Format($"receiver {receivers.Count + 1}"),
                receivers.Count == 0 ? 0 : receivers[0].EndPoint.Port));
        }

        return receivers;
    }

    /// <inheritdoc/>
    private protected override async ValueTask HandleAsync(
        ReadOnlyMemory<byte> datagram, IPEndPoint from)
    {
        var text = Encoding.ASCII.GetString(datagram.Span[..Math.Min(MaxHeard, datagram.Length)]);
        Log.Write(
            DatagramEventKind.Received, from, datagram.Length, text.ReplaceLineEndings(" ").TrimEnd());
        // Sent from the receiver's own address, since a broadcast address cannot be a source address.
        var answer = Encoding.ASCII.GetBytes($"{Name} has heard you");
        if (await SendAsync(answer, from).ConfigureAwait(false))
        {
            Log.Write(DatagramEventKind.Replied, from, answer.Length);
        }
    }
}
