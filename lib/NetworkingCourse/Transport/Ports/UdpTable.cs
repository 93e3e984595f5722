using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A UDP socket in the system's table.</summary>
/// <param name="Local">The local address and port.</param>
/// <param name="Remote">The peer that it is connected to; null if it is not connected, or the system does not report it.</param>
/// <param name="Queued">
/// The memory in bytes that datagrams waiting to be received occupy, including overhead; null
/// where the system does not report it.
/// </param>
/// <param name="Dropped">
/// The number of datagrams dropped for lack of buffer space; null where the system does not report it.
/// </param>
public sealed record UdpEntry(IPEndPoint Local, IPEndPoint? Remote, long? Queued, long? Dropped);

/// <summary>
/// The system's table of IPv4 UDP sockets. Linux also reports their queues and losses (/proc/net/udp, proc(5)).
/// </summary>
public static class UdpTable
{
    /// <summary>Lists the sockets bound to a port in a table.</summary>
    public static Table Of(int port) => new(
        ["local address", "connected to", "waiting (bytes of memory)", "dropped"],
        Entries(port).Select(IReadOnlyList<object?> (entry) =>
            [entry.Local, entry.Remote?.ToString() ?? "no peer", entry.Queued, entry.Dropped]),
        SystemFeatures.ProcNet ? null : "This system does not report queued and dropped datagrams.");

    /// <summary>Gets the sockets bound to a port.</summary>
    public static IReadOnlyList<UdpEntry> Entries(int port) => SystemFeatures.ProcNet
        ? [.. Parse(File.ReadLines("/proc/net/udp")).Where(entry => entry.Local.Port == port)]
        : [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners()
            .Where(local => local.Port == port)
            .Select(local => new UdpEntry(local, null, null, null))];

    internal static IEnumerable<UdpEntry> Parse(IEnumerable<string> lines)
    {
        foreach (var line in lines.Skip(1))
        {
            // sl, local address, remote address, state, the send and receive queues, ... and finally the drops.
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var remote = EndPoint(fields[2]);
            yield return new UdpEntry(
                EndPoint(fields[1]),
                remote.Port == 0 ? null : remote,
                long.Parse(fields[4].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                long.Parse(fields[^1], CultureInfo.InvariantCulture));
        }
    }

    // Both in hexadecimal: the address in the machine's byte order, the port as an ordinary number.
    private static IPEndPoint EndPoint(string hex)
    {
        var parts = hex.Split(':');
        return new IPEndPoint(
            new IPAddress(BitConverter.GetBytes(uint.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture))),
            int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
