using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>
/// Sockets of both versions on one machine: who reaches whom, and as whom. An IPv6 socket that is <i>dual</i> takes IPv4 clients too, and sees their
/// addresses mapped (RFC 3493, section 3.7).
/// </summary>
public static class DualSockets
{
    /// <summary>Sends a datagram from a client of each version to servers of each kind, on loopback.</summary>
    /// <param name="deadline">How long a datagram may take; 0.1 seconds unless told otherwise.</param>
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
                var seen = await SendAsync(Address.Parse(boundTo), isDual, Address.Parse(sendTo), deadline ?? TimeSpan.FromSeconds(0.1)).ConfigureAwait(false);
                rows.Add([server, boundTo, sendTo, seen]);
            }
        }

        return new Table(["server", "bound to", "a client sends to", "the server sees it come from"], rows);
    }

    /// <summary>A client sends a datagram, and the server says from whom it has one.</summary>
    /// <returns>The client's address as the server's socket has it, or why there is none.</returns>
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
            await client.SendToAsync(new byte[1], SocketFlags.None, sendTo.WithPort(((IPEndPoint)server.LocalEndPoint!).Port), timer.Token).ConfigureAwait(false);
            var anyone = new IPEndPoint(boundTo.IsV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
            var received = await server.ReceiveFromAsync(new byte[1], SocketFlags.None, anyone, timer.Token).ConfigureAwait(false);
            return Address.From(((IPEndPoint)received.RemoteEndPoint).Address).ToString();
        }
        catch (OperationCanceledException)
        {
            return WhyNothing(boundTo, sendTo, deadline);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.NetworkUnreachable)
        {
            return "nothing: this machine has no IPv6";
        }
    }

    // What can be told from the two addresses; that nothing came is all that was seen.
    private static string WhyNothing(Address boundTo, Address sendTo, TimeSpan deadline) =>
        boundTo.IsMapped && !boundTo.Unmapped().Equals(sendTo) ? $"nothing: bound to one IPv4 address, it takes what is sent to {boundTo.Unmapped()} and no more"
        : boundTo.IsV6 != sendTo.IsV6 && !boundTo.IsMapped ? "nothing: that port is another one, of the other version"
        : $"nothing within {InvariantText.Of(deadline)}";
}
