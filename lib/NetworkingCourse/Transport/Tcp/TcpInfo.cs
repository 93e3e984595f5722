using System.Buffers.Binary;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// What the system knows of one of its TCP connections: the structure <c>tcp_info</c> of Linux (tcp(7), option TCP_INFO; linux/tcp.h). Other systems tell
/// such things too, each in another way.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record TcpInfo : IShown
{
    private const int IpProtoTcp = 6;
    private const int Option = 11;
    private const int Length = 144;

    // As tcp_states.h numbers them.
    private static readonly string[] States =
        ["", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING"];

    private TcpInfo(ReadOnlySpan<byte> bytes)
    {
        int Number(ReadOnlySpan<byte> info, int offset) => BinaryPrimitives.ReadInt32LittleEndian(info[offset..]);
        State = NameOf(bytes[0]);
        RetransmissionTimeout = TimeSpan.FromMicroseconds(Number(bytes, 8));
        SegmentSize = Number(bytes, 16);
        Unacknowledged = Number(bytes, 24);
        RoundTripTime = TimeSpan.FromMicroseconds(Number(bytes, 68));
        RoundTripVariation = TimeSpan.FromMicroseconds(Number(bytes, 72));
        CongestionWindow = Number(bytes, 80);
        Retransmitted = Number(bytes, 100);
        BytesAcknowledged = BinaryPrimitives.ReadInt64LittleEndian(bytes[120..]);
        BytesReceived = BinaryPrimitives.ReadInt64LittleEndian(bytes[128..]);
        SegmentsSent = Number(bytes, 136);
        SegmentsReceived = Number(bytes, 140);
    }

    /// <summary>The state, by the RFC's name.</summary>
    public string State { get; }

    /// <summary>The smoothed round-trip time (RFC 6298).</summary>
    public TimeSpan RoundTripTime { get; }

    /// <summary>How much it varies.</summary>
    public TimeSpan RoundTripVariation { get; }

    /// <summary>How long the sender waits for an acknowledgment before it sends again.</summary>
    public TimeSpan RetransmissionTimeout { get; }

    /// <summary>How many bytes of data a segment may carry.</summary>
    public int SegmentSize { get; }

    /// <summary>How many segments may be under way at once, as far as congestion is concerned.</summary>
    public int CongestionWindow { get; }

    /// <summary>How many segments are under way.</summary>
    public int Unacknowledged { get; }

    /// <summary>How many segments have been sent again since the connection began.</summary>
    public int Retransmitted { get; }

    /// <summary>How many bytes the other side has acknowledged; Linux counts the SYN as one, and the FIN.</summary>
    public long BytesAcknowledged { get; }

    /// <summary>How many bytes have come; here too a FIN counts as one.</summary>
    public long BytesReceived { get; }

    /// <summary>How many segments have been sent, those without data included.</summary>
    public int SegmentsSent { get; }

    /// <summary>How many segments have come.</summary>
    public int SegmentsReceived { get; }

    /// <summary>Asks the system about a connected socket.</summary>
    /// <returns>What it says; null where it does not answer in this way, which is everywhere but on Linux.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static TcpInfo? Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!SystemFeatures.TcpInfo)
        {
            return null;
        }

        var bytes = new byte[Length];
        return socket.GetRawSocketOption(IpProtoTcp, Option, bytes) < Length ? null : new TcpInfo(bytes);
    }

    /// <summary>A state's name by the number that Linux has for it.</summary>
    internal static string NameOf(int state) => state > 0 && state < States.Length ? States[state] : InvariantText.Format($"{state}");

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    private Table Table() => new(
        ["what the system knows", "value"],
        [
            ["state", State],
            ["smoothed round-trip time", InvariantText.Of(RoundTripTime)],
            ["its variation", InvariantText.Of(RoundTripVariation)],
            ["retransmission timeout", InvariantText.Of(RetransmissionTimeout)],
            ["segment size", Octets.Count(SegmentSize)],
            ["congestion window", InvariantText.Format($"{CongestionWindow:N0} segments")],
            ["segments under way", Unacknowledged],
            ["segments sent again", Retransmitted],
            ["segments sent, received", InvariantText.Format($"{SegmentsSent:N0}, {SegmentsReceived:N0}")],
            ["bytes acknowledged", InvariantText.Format($"{BytesAcknowledged:N0}")],
            ["bytes received", InvariantText.Format($"{BytesReceived:N0}")],
        ]);
}
