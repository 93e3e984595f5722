using System.Net.NetworkInformation;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>The system's own table of TCP connections, as netstat and ss show it.</summary>
public static class TcpTable
{
    private const int MaxRows = 30;

    /// <summary>The connections that have a port at one of their two ends, with their states (RFC 9293, section 3.3.2).</summary>
    /// <param name="port">The port, for instance a server's.</param>
    /// <returns>One row an end: a connection between two processes of this machine has two, each with a state of its own.</returns>
    public static Table Of(int port)
    {
        var rows = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Where(connection => connection.LocalEndPoint.Port == port || connection.RemoteEndPoint.Port == port)
            .OrderBy(connection => connection.LocalEndPoint.Port == port)
            .Select(IReadOnlyList<object?> (connection) =>
            [
                connection.LocalEndPoint.Port == port ? "server" : "client", connection.LocalEndPoint, connection.RemoteEndPoint, Name(connection.State),
            ])
            .ToList();
        return new Table(
            ["end", "its address", "the other's address", "state"], rows.Take(MaxRows),
            rows.Count == 0 ? InvariantText.Format($"The system knows no connection with port {port}.") : rows.Count > MaxRows ? InvariantText.Format($"{MaxRows} of {rows.Count} rows.") : null);
    }

    /// <summary>How many ends are in a state, among the connections that have this port at one of their ends.</summary>
    public static int Count(int port, TcpState state) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Count(connection => (connection.LocalEndPoint.Port == port || connection.RemoteEndPoint.Port == port) && connection.State == state);

    /// <summary>A state's name as the RFC writes it, and netstat, and every book: <c>TIME-WAIT</c>.</summary>
    internal static string Name(TcpState state) => state switch
    {
        TcpState.SynSent => "SYN-SENT",
        TcpState.SynReceived => "SYN-RECEIVED",
        TcpState.FinWait1 => "FIN-WAIT-1",
        TcpState.FinWait2 => "FIN-WAIT-2",
        TcpState.CloseWait => "CLOSE-WAIT",
        TcpState.LastAck => "LAST-ACK",
        TcpState.TimeWait => "TIME-WAIT",
        _ => state.ToString().ToUpperInvariant(),
    };
}
