using System.Globalization;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// The number of connections to one server that this system allows, with client and server in separate processes.
/// </summary>
internal static class ConnectionCapacity
{
    private const string PortRange = "/proc/sys/net/ipv4/ip_local_port_range";

    // The other descriptors that a process has open: libraries, pipes, event queues.
    private const int OtherDescriptors = 300;

    // The range 49152 to 65535 (RFC 6335, section 6), assumed where the system does not publish its own.
    private const int DynamicPorts = 16384;

    /// <summary>How many of the wanted connections are possible, and why not more.</summary>
    public static (int Connections, string? Reason) For(int wanted) => For(wanted, Descriptors.Limit, EphemeralPorts());

    internal static (int Connections, string? Reason) For(int wanted, long? descriptors, int ports)
    {
        // Ports of recently closed connections are unavailable for a while (TIME-WAIT). Half of all ports is a cautious guess.
        var byPorts = ports / 2;
        var byDescriptors = descriptors is { } limit ? (int)Math.Clamp(limit - OtherDescriptors, 1, int.MaxValue) : int.MaxValue;
        return wanted <= Math.Min(byPorts, byDescriptors) ? (wanted, null)
            : byDescriptors < byPorts
                ? (byDescriptors, FormattableString.Invariant(
                    $"a process may open {descriptors:N0} descriptors here; raise the limit (ulimit -n) for more"))
                : (byPorts, FormattableString.Invariant(
                    $"this system has {ports:N0} ephemeral ports, and those of recently closed connections are not free yet"));
    }

    private static int EphemeralPorts()
    {
        if (!File.Exists(PortRange))
        {
            return DynamicPorts;
        }

        var range = File.ReadAllText(PortRange)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(port => int.Parse(port, CultureInfo.InvariantCulture))
            .ToArray();
        return range[1] - range[0] + 1;
    }
}
