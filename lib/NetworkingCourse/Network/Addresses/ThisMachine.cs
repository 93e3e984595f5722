using System.Net.NetworkInformation;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>The network configuration of this machine, as far as the system reveals it.</summary>
public static class ThisMachine
{
    private const string Ipv4Routes = "/proc/net/route";
    private const string Ipv6Routes = "/proc/net/ipv6_route";

    /// <summary>The interfaces of this machine, with their addresses and prefixes.</summary>
    public static Table Interfaces() => new(
        ["interface", "state", "address", "prefix", "what it is"],
        from network in NetworkInterface.GetAllNetworkInterfaces()
        from assigned in network.GetIPProperties().UnicastAddresses
        let address = Address.From(assigned.Address)
        select (IReadOnlyList<object?>)
        [
            network.Name,
            InvariantText.Of(network.OperationalStatus),
            address,
            Prefix.Of(address, assigned.PrefixLength),
            SpecialPurpose.Describe(address),
        ]);

    /// <summary>
    /// The routes of this machine. Linux lists them in /proc/net (proc_net(5)); on other systems the table is empty and says so.
    /// </summary>
    public static Table Routes()
    {
        var routes = Lines(Ipv4Routes)
            .Skip(1)
            .Select(MachineRoute.ParseIpv4)
            .Concat(Lines(Ipv6Routes).Select(MachineRoute.ParseIpv6))
            .OfType<MachineRoute>()
            .ToList();
        return new Table(
            ["destination", "next hop", "interface", "metric"],
            routes.Select(IReadOnlyList<object?> (route) =>
                [route.Destination, route.NextHop is { } hop ? hop : "on this link", route.Interface, route.Metric]),
            routes.Count > 0 ? null
                : SystemFeatures.ProcNet ? "This machine has only routes to itself."
                : "This system has no file with its routes. "
                    + "Ask it in a terminal: 'route print' on Windows, 'netstat -rn' on macOS.");
    }

    private static string[] Lines(string file) =>
        SystemFeatures.ProcNet && File.Exists(file) ? File.ReadAllLines(file) : [];
}
