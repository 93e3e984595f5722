using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Hears what is broadcast on loopback, and answers whoever sent it, with its name. Any number of receivers can share a port: a datagram to everybody is copied for each of them.
/// </summary>
public sealed class BroadcastReceiver : DatagramServer
{
    private const int MaxHeard = 200;

    private BroadcastReceiver(string name, int port)
        : base(name, new IPEndPoint(LoopbackBroadcast.Address, port), share: true)
    {
    }

    /// <summary>Starts one on 127.255.255.255. When this returns, it hears.</summary>
    /// <param name="name">Its name. What ran under that name is replaced.</param>
    /// <param name="port">The UDP port, which it shares with all that ask to; 0 lets the system choose.</param>
    /// <exception cref="PlatformNotSupportedException">This system has no broadcast on loopback.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken by somebody who does not share it.</exception>
    public static BroadcastReceiver Start(string name = "receiver", int port = 0) =>
        LoopbackBroadcast.WhyNot() is { } reason ? throw new PlatformNotSupportedException(reason) : Start(name, () => new BroadcastReceiver(name, port));

    /// <summary>Starts several that share a port: receiver 1, receiver 2 and so on.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The receivers; none where this system has no broadcast on loopback (<see cref="LoopbackBroadcast.WhyNot"/> says why).</returns>
    public static IReadOnlyList<BroadcastReceiver> StartSeveral(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var receivers = new List<BroadcastReceiver>();
        while (receivers.Count < count && LoopbackBroadcast.WhyNot() is null)
        {
            receivers.Add(Start(InvariantText.Format($"receiver {receivers.Count + 1}"), receivers.Count == 0 ? 0 : receivers[0].EndPoint.Port));
        }

        return receivers;
    }

    /// <inheritdoc/>
    private protected override async ValueTask HandleAsync(ReadOnlyMemory<byte> datagram, IPEndPoint from)
    {
        var text = Encoding.ASCII.GetString(datagram.Span[..Math.Min(MaxHeard, datagram.Length)]);
        Log.Write(DatagramEventKind.Received, from, datagram.Length, text.ReplaceLineEndings(" ").TrimEnd());
        // From its own address, not from the one that was called: nobody can send from the address of everybody.
        var answer = Encoding.ASCII.GetBytes($"{Name} has heard you");
        if (await SendAsync(answer, from).ConfigureAwait(false))
        {
            Log.Write(DatagramEventKind.Replied, from, answer.Length);
        }
    }
}
