using System.Buffers.Binary;
using System.Net.Sockets;

namespace NetworkingCourse.Network;

/// <summary>
/// The framing of messages in a stream: a length of two bytes, and then the message (RFC 1035, section 4.2.2).
/// </summary>
internal static class DnsFraming
{
    /// <summary>
    /// Sends a message together with its length in one write, because some peers expect both in the same segment (RFC 7766,
    /// section 8).
    /// </summary>
    public static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        var framed = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed.AsMemory(2));
        for (ReadOnlyMemory<byte> rest = framed; rest.Length > 0;)
        {
            rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellation).ConfigureAwait(false)..];
        }
    }

    /// <summary>Receives a message.</summary>
    /// <returns>The message; null if the peer has closed the connection between two messages.</returns>
    /// <exception cref="EndOfStreamException">The peer has closed the connection in the middle of a message.</exception>
    public static async Task<byte[]?> ReceiveAsync(Socket socket, CancellationToken cancellation)
    {
        var length = new byte[2];
        var got = await FillAsync(socket, length, cancellation).ConfigureAwait(false);
        if (got == 0)
        {
            return null;
        }

        var message = new byte[got == 2 ? BinaryPrimitives.ReadUInt16BigEndian(length) : 0];
        var of = got == 2 ? await FillAsync(socket, message, cancellation).ConfigureAwait(false) : 0;
        return got == 2 && of == message.Length ? message
            : throw new EndOfStreamException(got < 2
                ? "closed inside a message's length"
                : FormattableString.Invariant($"closed after {of:N0} of {message.Length:N0} bytes of a message"));
    }

    private static async Task<int> FillAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellation)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = await socket.ReceiveAsync(buffer[filled..], SocketFlags.None, cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }
}
