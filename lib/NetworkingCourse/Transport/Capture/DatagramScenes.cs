using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Transport;

/// <summary>The connectionless scenes: what lessons 2.1 and 2.5 show where packets cannot be captured.</summary>
internal static class DatagramScenes
{
    private const string Whisper = "scene"; // the registered name of everything created for a scene

    public static IReadOnlyList<CaptureScene> All { get; } =
    [
        new("time", "a datagram to the time server, and its answer", TimeAsync),
        new("dead-port", "a datagram to a closed port, and the ICMP message that comes back", DeadPortAsync),
        new("broadcast", "a broadcast on loopback, and two answers", BroadcastAsync),
    ];

    private static async Task<Capture> TimeAsync()
    {
        await using var server = UdpTimeServer.Start(Whisper);
        await using var client = UdpSocket.Open();
        return await Capture.AroundAsync(server.EndPoint.Port, async () =>
        {
            client.Send("What time is it?", server.EndPoint);
            await client.ReceiveAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private static async Task<Capture> DeadPortAsync()
    {
        var port = UdpSocket.DeadPort();
        await using var client = UdpSocket.Open().ConnectTo(new IPEndPoint(IPAddress.Loopback, port));
        return await Capture.AroundAsync(port, async () =>
        {
            client.Send("Anybody there?");
            try
            {
                await client.ReceiveAsync().ConfigureAwait(false);
            }
            catch (SocketException exception)
                when (exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
            {
            }
        }).ConfigureAwait(false);
    }

    private static async Task<Capture> BroadcastAsync()
    {
        await using var one = BroadcastReceiver.Start(Whisper + " 1");
        await using var other = BroadcastReceiver.Start(Whisper + " 2", one.EndPoint.Port);
        await using var caller = UdpSocket.Open();
        return await Capture.AroundAsync(one.EndPoint.Port, async () =>
        {
            caller.Socket.EnableBroadcast = true;
            caller.Send("Is anybody there?", one.EndPoint);
            await caller.ReceiveAsync().ConfigureAwait(false);
            await caller.ReceiveAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
    }
}
