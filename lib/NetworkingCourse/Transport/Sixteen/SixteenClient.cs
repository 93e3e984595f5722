using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>The client of the sixteen-octet conversation, which sends its sixteen octets in two pieces.</summary>
public static class SixteenClient
{
    /// <summary>The first piece: ten octets.</summary>
    public const string FirstPiece = "Hi there, ";

    /// <summary>The second piece: six more.</summary>
    public const string SecondPiece = "server";

    /// <summary>Conducts the whole conversation, and waits until the server has closed too.</summary>
    /// <param name="server">The server's address, on loopback.</param>
    /// <returns>The server's answer, and the two ends.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">
    /// Nothing listens there, or the server reset the connection.
    /// </exception>
    /// <exception cref="EndOfStreamException">The server closed before it had sent its sixteen octets.</exception>
    /// <exception cref="TimeoutException">The server did not answer, or did not close, within 5 seconds.</exception>
    public static async Task<SixteenExchange> TalkAsync(IPEndPoint server)
    {
        await using var client = await TcpEnd.ConnectAsync(server).ConfigureAwait(false);
        await client.SendAsync(FirstPiece).ConfigureAwait(false);
        await client.SendAsync(SecondPiece).ConfigureAwait(false);
        var answer = await client.ReceiveExactlyAsync(SixteenServer.Octets).ConfigureAwait(false);
        // The server closes first. Waiting for its end of file makes the teardown the same every time.
        var rest = await client.ReceiveAsync().ConfigureAwait(false);
        return new SixteenExchange(client.LocalEndPoint, client.RemoteEndPoint, answer + rest);
    }
}

/// <summary>A sixteen-octet conversation, seen from the client.</summary>
/// <param name="SocketName">The client's end: the address and port assigned by the system.</param>
/// <param name="SocketPeer">The server's end.</param>
/// <param name="Answer">The server's answer.</param>
public sealed record SixteenExchange(IPEndPoint SocketName, IPEndPoint SocketPeer, string Answer) : ShownRecord
{
    /// <summary>The conversation in one line.</summary>
    public override string ToString() => $"{SocketName} → {SocketPeer}: the server said \"{Answer}\"";
}
