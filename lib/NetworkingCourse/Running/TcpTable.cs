using System.Net.NetworkInformation;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>The system's own table of TCP connections, as netstat and ss show it.</summary>
public static class TcpTable
{
    private const int MaxRows = 30;

    /// <summary>The connections with a given port at either end, and their states (RFC 9293, section 3.3.2).</summary>
    /// <param name="port">The port, for example a server's.</param>
    /// <returns>
    /// A table with one row per local end: a connection between two processes of this machine has two, each with its own state.
    /// </returns>
    public static Table Of(int port)
    {
        var rows = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Where(connection => connection.LocalEndPoint.Port == port || connection.RemoteEndPoint.Port == port)
            .OrderBy(connection => connection.LocalEndPoint.Port == port)
            .Select(IReadOnlyList<object?> (connection) =>
            [
                connection.LocalEndPoint.Port == port ? "server" : "client",
                connection.LocalEndPoint,
                connection.RemoteEndPoint,
                Name(connection.State),
            ])
            .ToList();
        return new Table(
            ["end", "local address", "remote address", "state"],
            rows.Take(MaxRows),
            rows.Count == 0 ? InvariantText.Format($"The system has no connection with port {port}.")
                : rows.Count > MaxRows ? InvariantText.Format($"{MaxRows} of {rows.Count} rows.")
                : null);
    }

    /// <summary>The number of local ends in a given state, among the connections with this port at either end.</summary>
    public static int Count(int port, TcpState state) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Count(connection => (connection.LocalEndPoint.Port == port || connection.RemoteEndPoint.Port == port)
                && connection.State == state);

    /// <summary>The name of a state as written in the RFC: <c>TIME-WAIT</c>.</summary>
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
