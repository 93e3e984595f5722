using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// An experiment with sockets of both IP versions on one machine: which clients reach which servers, and under which address. A
/// <i>dual</i> IPv6 socket also accepts IPv4 clients, and sees their addresses mapped (RFC 3493, section 3.7).
/// </summary>
public static class DualSockets
{
    /// <summary>Sends a datagram over loopback from a client of each version to a server of each kind.</summary>
    /// <param name="deadline">How long to wait for a datagram; 0.1 seconds by default.</param>
    public static async Task<Table> TryAllAsync(TimeSpan? deadline = null)
    {
        (string Server, string BoundTo, bool IsDual)[] servers =
        [
            ("IPv4 socket", "127.0.0.1", false),
            ("IPv6 socket", "::1", false),
            ("IPv6 socket, dual", "::ffff:127.0.0.1", true),
        ];
        var rows = new List<IReadOnlyList<object?>>();
        foreach (var (server, boundTo, isDual) in servers)
        {
            foreach (var sendTo in (string[])["127.0.0.1", "::1"])
            {
                var seen = await SendAsync(
                    Address.Parse(boundTo), isDual, Address.Parse(sendTo), deadline ?? TimeSpan.FromSeconds(0.1))
                    .ConfigureAwait(false);
                rows.Add([server, boundTo, sendTo, seen]);
            }
        }

        return new Table(["server", "bound to", "a client sends to", "source address seen by the server"], rows);
    }

    /// <summary>Sends a datagram from a client, and reports the source address that the server sees.</summary>
    /// <returns>The client's address as seen by the server's socket, or why nothing was received.</returns>
    internal static async Task<string> SendAsync(Address boundTo, bool isDual, Address sendTo, TimeSpan deadline)
    {
        Loopback.Require(boundTo.WithPort(0));
        Loopback.Require(sendTo.WithPort(0));
        using var timer = new CancellationTokenSource(deadline);
        try
        {
            using var server = new Socket(boundTo.Family, SocketType.Dgram, ProtocolType.Udp);
            if (boundTo.IsV6)
            {
                server.DualMode = isDual;
            }

            server.Bind(boundTo.WithPort(0));
            using var client = new Socket(sendTo.Family, SocketType.Dgram, ProtocolType.Udp);
            await client.SendToAsync(
                new byte[1],
                SocketFlags.None,
                sendTo.WithPort(((IPEndPoint)server.LocalEndPoint!).Port),
                timer.Token).ConfigureAwait(false);
            var anyone = new IPEndPoint(boundTo.IsV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
            var received = await server
                .ReceiveFromAsync(new byte[1], SocketFlags.None, anyone, timer.Token)
                .ConfigureAwait(false);
            return Address.From(((IPEndPoint)received.RemoteEndPoint).Address).ToString();
        }
        catch (OperationCanceledException)
        {
            return WhyNothing(boundTo, sendTo, deadline);
        }
        catch (SocketException exception) when (exception.SocketErrorCode
            is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.NetworkUnreachable)
        {
            return "nothing: this machine has no IPv6";
        }
    }

    // The reason as far as the two addresses tell it; all that was observed is that nothing arrived.
    private static string WhyNothing(Address boundTo, Address sendTo, TimeSpan deadline) =>
        boundTo.IsMapped && !boundTo.Unmapped().Equals(sendTo)
            ? $"nothing: bound to one IPv4 address, it receives only what is sent to {boundTo.Unmapped()}"
        : boundTo.IsV6 != sendTo.IsV6 && !boundTo.IsMapped ? "nothing: the server's port belongs to the other IP version"
        : $"nothing within {InvariantText.Of(deadline)}";
}
