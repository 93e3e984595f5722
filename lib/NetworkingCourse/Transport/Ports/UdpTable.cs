using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>A UDP socket as the system knows it.</summary>
/// <param name="Local">Its own address and port.</param>
/// <param name="Remote">Whom it is connected to; null if it is not, or the system does not tell.</param>
/// <param name="Queued">How many bytes of the system's memory are taken by datagrams that wait to be received, overheads included; null where the system does not tell.</param>
/// <param name="Dropped">How many datagrams were thrown away because there was no room; null where the system does not tell.</param>
public sealed record UdpEntry(IPEndPoint Local, IPEndPoint? Remote, long? Queued, long? Dropped);

/// <summary>The system's own table of UDP sockets, IPv4. Linux tells of their queues and losses too (/proc/net/udp, proc(5)).</summary>
public static class UdpTable
{
    /// <summary>The sockets that have this port.</summary>
    public static Table Of(int port) => new(
        ["its address", "connected to", "waiting (bytes of memory)", "thrown away"],
        Entries(port).Select(IReadOnlyList<object?> (entry) => [entry.Local, entry.Remote?.ToString() ?? "nobody", entry.Queued, entry.Dropped]),
        SystemFeatures.ProcNet ? null : "What waits and what was thrown away, this system does not tell.");

    /// <summary>The sockets that have this port.</summary>
    public static IReadOnlyList<UdpEntry> Entries(int port) => SystemFeatures.ProcNet
        ? [.. Parse(File.ReadLines("/proc/net/udp")).Where(entry => entry.Local.Port == port)]
        : [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Where(local => local.Port == port).Select(local => new UdpEntry(local, null, null, null))];

    internal static IEnumerable<UdpEntry> Parse(IEnumerable<string> lines)
    {
        foreach (var line in lines.Skip(1))
        {
            // sl, local address, remote address, state, the queues for sending and receiving, ... and the losses at the end.
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var remote = EndPoint(fields[2]);
            yield return new UdpEntry(
                EndPoint(fields[1]), remote.Port == 0 ? null : remote, long.Parse(fields[4].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                long.Parse(fields[^1], CultureInfo.InvariantCulture));
        }
    }

    // The address as the machine holds it in memory, in hexadecimal; the port as people write it.
    private static IPEndPoint EndPoint(string hex)
    {
        var parts = hex.Split(':');
        return new IPEndPoint(
            new IPAddress(BitConverter.GetBytes(uint.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture))),
            int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
