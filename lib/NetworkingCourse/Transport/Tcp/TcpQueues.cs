using System.Globalization;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Reads the queue lengths of the system's TCP sockets from <c>/proc/net/tcp</c> (proc(5)), which only Linux provides.
/// </summary>
public static class TcpQueues
{
    private const string Connections = "/proc/net/tcp";

    /// <summary>Whether this system reports them.</summary>
    public static bool AreTold => SystemFeatures.ProcNet && File.Exists(Connections);

    /// <summary>Lists the queues of all IPv4 sockets that have a given port at either end.</summary>
    /// <param name="port">The port.</param>
    /// <returns>A table with one row per socket; on systems other than Linux, an empty table that says so.</returns>
    public static Table Of(int port) => new(
        ["socket", "peer", "state", "unacknowledged (bytes)", "unread"],
        Read(port).Select(IReadOnlyList<object?> (row) =>
        [
            row.Own,
            row.IsListening ? "" : row.Other,
            row.State,
            row.IsListening ? "" : row.Unacknowledged,
            InvariantText.Format($"{row.Unread} {(row.IsListening
                ? (row.Unread == 1 ? "connection" : "connections")
                : row.Unread == 1 ? "byte" : "bytes")}"),
        ]),
        AreTold ? null : "This system does not report the queues of its sockets.");

    /// <summary>
    /// The number of established connections in the accept queue of a listening port; null where the system does not report it.
    /// </summary>
    public static int? Waiting(int port) => AreTold
        ? (int)Read(port).Where(row => row.IsListening && row.Own.Port == port).Sum(row => row.Unread)
        : null;

    internal static IReadOnlyList<Row> Read(int port) => AreTold
        ? [.. File.ReadLines(Connections)
            .Skip(1)
            .Select(Parse)
            .Where(row => row.Own.Port == port || row.Other.Port == port)
            .OrderBy(row => row.Own.Port == port)]
        : [];

    /// <param name="Own">The socket's own end.</param>
    /// <param name="Other">The other end.</param>
    /// <param name="State">The state, named as in the RFC.</param>
    /// <param name="Unacknowledged">The number of bytes sent and not acknowledged by the other side.</param>
    /// <param name="Unread">
    /// The number of bytes received but not read; for a listener, the number of connections not accepted.
    /// </param>
    internal readonly record struct Row(IPEndPoint Own, IPEndPoint Other, string State, long Unacknowledged, long Unread)
    {
        public bool IsListening => State == "LISTEN";
    }

    //   0: 0100007F:9C47 00000000:0000 0A 00000000:00000001 00:00000000 00000000  1000 …
    internal static Row Parse(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var queues = fields[4].Split(':');
        return new Row(End(fields[1]), End(fields[2]), TcpInfo.NameOf((int)Hex(fields[3])), Hex(queues[0]), Hex(queues[1]));
    }

    // The four bytes of the address form a number in the machine's byte order.
    private static IPEndPoint End(string text)
    {
        var parts = text.Split(':');
        return new IPEndPoint(new IPAddress(BitConverter.GetBytes((uint)Hex(parts[0]))), (int)Hex(parts[1]));
    }

    private static long Hex(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
