using System.Buffers.Binary;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The system's information on one of its TCP connections: Linux's structure <c>tcp_info</c> (tcp(7), option TCP_INFO;
/// linux/tcp.h). Other systems provide similar information, each in its own way.
/// </summary>
public sealed record TcpInfo : ShownRecord
{
    private const int IpProtoTcp = 6;
    private const int Option = 11;
    private const int Length = 144;

    // Numbered as in tcp_states.h.
    private static readonly string[] States =
    [
        "", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED", "CLOSE-WAIT",
        "LAST-ACK", "LISTEN", "CLOSING",
    ];

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

    /// <summary>The state, named as in the RFC.</summary>
    public string State { get; }

    /// <summary>The smoothed round-trip time (RFC 6298).</summary>
    public TimeSpan RoundTripTime { get; }

    /// <summary>The variation of the round-trip time (RFC 6298).</summary>
    public TimeSpan RoundTripVariation { get; }

    /// <summary>The time after which an unacknowledged segment is sent again.</summary>
    public TimeSpan RetransmissionTimeout { get; }

    /// <summary>The maximum number of data bytes in a segment.</summary>
    public int SegmentSize { get; }

    /// <summary>The congestion window, in segments.</summary>
    public int CongestionWindow { get; }

    /// <summary>The number of segments in flight.</summary>
    public int Unacknowledged { get; }

    /// <summary>The number of retransmissions since the connection began.</summary>
    public int Retransmitted { get; }

    /// <summary>The number of bytes that the other side has acknowledged; Linux counts a SYN and a FIN as one each.</summary>
    public long BytesAcknowledged { get; }

    /// <summary>The number of bytes received; here too a FIN counts as one.</summary>
    public long BytesReceived { get; }

    /// <summary>The number of segments sent, including those without data.</summary>
    public int SegmentsSent { get; }

    /// <summary>The number of segments received.</summary>
    public int SegmentsReceived { get; }

    /// <summary>Queries the system about a connected socket.</summary>
    /// <returns>
    /// The information; null where the system does not provide it in this form, which is everywhere but on Linux.
    /// </returns>
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

    /// <summary>The name of a state, by its number in Linux.</summary>
    internal static string NameOf(int state) =>
        state > 0 && state < States.Length ? States[state] : InvariantText.Format($"{state}");

    /// <inheritdoc/>
    public override string ToHtml() => Table().ToHtml();

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
            ["segments in flight", Unacknowledged],
            ["retransmissions", Retransmitted],
            ["segments sent, received", InvariantText.Format($"{SegmentsSent:N0}, {SegmentsReceived:N0}")],
            ["bytes acknowledged", InvariantText.Format($"{BytesAcknowledged:N0}")],
            ["bytes received", InvariantText.Format($"{BytesReceived:N0}")],
        ]);
}
