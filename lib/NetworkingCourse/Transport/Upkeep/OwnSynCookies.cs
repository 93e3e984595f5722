using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace NetworkingCourse.Transport;

/// <summary>
/// Puts what a server would have to remember of a SYN into the sequence number of its answer (RFC 4987, section 3.6). The learner
/// derives a class from this one; see <see cref="SynFloodOptions.Cookies"/>.
/// </summary>
/// <remarks>
/// A cookie has 32 bits. The highest 5 are the period modulo 32, the next 3 the index of a segment size, and the lowest 24 a hash
/// that only the server can compute. A period lasts 64 seconds.
/// </remarks>
public abstract class OwnSynCookies
{
    // A real system draws it at random when it starts. This one is fixed, so that a lesson shows the same numbers each time.
    private static readonly byte[] Secret = "only the server knows this"u8.ToArray();

    /// <summary>The segment sizes, in bytes, that the three bits can name: from the smallest to the largest.</summary>
    public static IReadOnlyList<int> SegmentSizes { get; } = [536, 1024, 1220, 1300, 1400, 1440, 1460, 8960];

    /// <summary>The 24 bits that prove that a cookie is the server's own.</summary>
    /// <param name="client">The client's address and port.</param>
    /// <param name="server">The server's address and port.</param>
    /// <param name="period">The period in which the cookie was made.</param>
    protected internal static uint Hash(IPEndPoint client, IPEndPoint server, int period)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(server);
        var hash = HMACSHA256.HashData(Secret, System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant(
            $"{client} {server} {period}")));
        return BinaryPrimitives.ReadUInt32BigEndian(hash) >> 8;
    }

    /// <summary>Makes the sequence number of the SYN-ACK.</summary>
    /// <param name="client">The client's address and port.</param>
    /// <param name="server">The server's address and port.</param>
    /// <param name="segmentSize">The maximum segment size from the SYN, in bytes; at least the smallest of the sizes.</param>
    /// <param name="period">The current period.</param>
    public abstract uint Make(IPEndPoint client, IPEndPoint server, int segmentSize, int period);

    /// <summary>Checks the acknowledgment that should end a handshake.</summary>
    /// <param name="client">The client's address and port.</param>
    /// <param name="server">The server's address and port.</param>
    /// <param name="acknowledgment">The acknowledgment number: one more than the sequence number of the SYN-ACK.</param>
    /// <param name="period">The current period.</param>
    /// <returns>
    /// The segment size of the connection, in bytes; null unless the cookie was made for these ends, in this period or the one
    /// before.
    /// </returns>
    public abstract int? Check(IPEndPoint client, IPEndPoint server, uint acknowledgment, int period);
}

/// <summary>SYN cookies as D. J. Bernstein described them (https://cr.yp.to/syncookies.html).</summary>
public sealed class SynCookies : OwnSynCookies
{
    /// <inheritdoc/>
    public override uint Make(IPEndPoint client, IPEndPoint server, int segmentSize, int period)
    {
        var index = SegmentSizes.Count(size => size <= segmentSize) - 1;
        return (uint)(period % 32) << 27 | (uint)index << 24 | Hash(client, server, period);
    }

    /// <inheritdoc/>
    public override int? Check(IPEndPoint client, IPEndPoint server, uint acknowledgment, int period)
    {
        var cookie = unchecked(acknowledgment - 1);
        var age = (period - (int)(cookie >> 27)) & 31;
        return age <= 1 && (cookie & 0xFFFFFF) == Hash(client, server, period - age)
            ? SegmentSizes[(int)(cookie >> 24) & 7]
            : null;
    }
}
