using System.Globalization;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>How many connections to one server fit into this system, client and server being processes of their own.</summary>
internal static class ConnectionCapacity
{
    private const string PortRange = "/proc/sys/net/ipv4/ip_local_port_range";

    // What a process has open besides: libraries, pipes, event queues.
    private const int OtherDescriptors = 300;

    // RFC 6335, section 6: 49152 to 65535. Systems that do not tell use these.
    private const int DynamicPorts = 16384;

    /// <summary>How many of the connections wanted fit, and why not more.</summary>
    public static (int Connections, string? Reason) For(int wanted) => For(wanted, Descriptors.Limit, EphemeralPorts());

    internal static (int Connections, string? Reason) For(int wanted, long? descriptors, int ports)
    {
        // Ports of connections that have just been closed are not to be had for a while (TIME-WAIT); half of them is a careful guess.
        var byPorts = ports / 2;
        var byDescriptors = descriptors is { } limit ? (int)Math.Clamp(limit - OtherDescriptors, 1, int.MaxValue) : int.MaxValue;
        return wanted <= Math.Min(byPorts, byDescriptors) ? (wanted, null)
            : byDescriptors < byPorts
                ? (byDescriptors, FormattableString.Invariant($"a process may open {descriptors:N0} descriptors here; raise the limit (ulimit -n) for more"))
                : (byPorts, FormattableString.Invariant($"this system has {ports:N0} ephemeral ports, and those of connections just closed are not free at once"));
    }

    private static int EphemeralPorts()
    {
        if (!File.Exists(PortRange))
        {
            return DynamicPorts;
        }

        var range = File.ReadAllText(PortRange).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToArray();
        return range[1] - range[0] + 1;
    }
}
