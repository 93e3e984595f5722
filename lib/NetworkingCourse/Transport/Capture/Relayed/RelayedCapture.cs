using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Takes the place of a live capture where this process may not capture: a relay between client and server, which reads what
/// passes. It sees the data, when they pass, and how each conversation begins and ends. It sees no headers and no
/// acknowledgments; <see cref="RelayedPackets"/> and <see cref="RelayedSegments"/> add those.
/// </summary>
internal static class RelayedCapture
{
    /// <summary>Runs a block of code while a relay carries what it sends to a server.</summary>
    /// <param name="server">The server to observe.</param>
    /// <param name="block">The code to observe. It gets the address of the relay, to use instead of the server's.</param>
    /// <param name="reason">Why the packets cannot be captured, as a sentence.</param>
    /// <param name="cancellation">Cancels waiting for the conversations to end.</param>
    public static async Task<Capture> RunAsync(
        NetworkService server, Func<IPEndPoint, Task> block, string reason, CancellationToken cancellation)
    {
        if (server.EndPoint.AddressFamily != AddressFamily.InterNetwork)
        {
            await block(server.EndPoint).ConfigureAwait(false);
            return new Capture([], $"{reason} The relay that takes its place carries IPv4 only.", isLive: false);
        }

        IRelay relay = server is DatagramServer ? UdpRelay.Start(server.EndPoint) : new TcpRelay(server.EndPoint);
        var pair = server as TcpPair;
        try
        {
            pair?.Relay = relay as TcpRelay;
            await block(relay.EndPoint).ConfigureAwait(false);
            await relay.SettleAsync(cancellation).ConfigureAwait(false);
            var packets = relay.Packets();
            return new Capture(packets, Note(reason, packets.Count, server.EndPoint.Port), isLive: true);
        }
        finally
        {
            pair?.Relay = null;
            await relay.EndAsync().ConfigureAwait(false);
        }
    }

    private static string Note(string reason, int count, int port) =>
        $"{reason} A relay carried the conversation instead and read it: "
        + InvariantText.Format($"{InvariantText.Count(count, "packet")}, port {port}. ")
        + "The data and their times are real; the headers and the acknowledgments were added.";
}
