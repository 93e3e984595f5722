using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// Converts a graph to the text of an internet: each node becomes a router with a host of its own, and each link a network of two
/// addresses (RFC 3021).
/// </summary>
public static class InternetSample
{
    /// <summary>
    /// The repairs of the broken network of lesson 3.9, one after the other: a part of its text, and what it should be. They are
    /// here because the lesson shows the broken text, and the answer must not stand beside it.
    /// </summary>
    public static IReadOnlyList<(string Wrong, string Right)> Repairs { get; } =
    [
        ("via 10.2.0.2", "via 10.2.0.1"),
        ("route y 10.1", "route y 10.2.0.0/16 via 10.0.0.1\nroute y 10.1"),
        ("10.3.0.11/8", "10.3.0.11/16"),
    ];

    /// <summary>The text. The host behind the n-th node is called hn, whatever the name of the node.</summary>
    /// <param name="graph">The graph, with at most 4,000 nodes and 60,000 links.</param>
    /// <param name="routing">How routers get their routes: <c>shortest</c>, <c>written</c> or <c>rip</c>.</param>
    public static string Text(NetworkGraph graph, string routing = "shortest")
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(graph.Nodes.Count, 4000, nameof(graph));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(graph.Links.Count, 60_000, nameof(graph));
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(InvariantText.Format(line)).Append('\n');
        if (routing != "rip")
        {
            Line($"routing {routing}");
        }

        foreach (var (i, node) in graph.Nodes.Index())
        {
            Line($"router {node}{(routing == "rip" ? " rip" : "")}");
            Line($"host h{i + 1} {NetworkOf(i, 10)}/24 via {NetworkOf(i, 1)}");
            Line($"link h{i + 1} {node}={NetworkOf(i, 1)}/24");
        }

        foreach (var (i, link) in graph.Links.Index())
        {
            var low = Address.V4(0xAC10_0000 + 2 * (uint)i); // 172.16.0.0/12
            Line($"link {link.A}={low}/31 {link.B}={Address.V4(low.ToUInt32() + 1)}/31 cost {link.Cost} delay 1ms");
        }

        return text.ToString();
    }

    /// <summary>
    /// The text of one router, called <c>router</c>, with one switch for each network. The router has the first address of each
    /// network; the n-th network has the hosts <c>n-first</c>, with the second address, and <c>n-last</c>, with the last one, if
    /// that is another.
    /// </summary>
    /// <param name="networks">The networks, each with room for a router and a host; they may overlap.</param>
    public static string Office(IReadOnlyList<Prefix> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        var text = new StringBuilder("router router\n");
        void Line(FormattableString line) => text.Append(InvariantText.Format(line)).Append('\n');
        foreach (var (i, network) in networks.Index())
        {
            var (name, first, last) = (i + 1, network.Network.ToUInt32() + 1, network.Last.ToUInt32() - 1);
            Line($"switch s{name}");
            Line($"host {name}-first {Address.V4(first + 1)}/{network.Length} via {Address.V4(first)}");
            Line($"link s{name} router={Address.V4(first)}/{network.Length}");
            Line($"link {name}-first s{name}");
            if (last > first + 1)
            {
                Line($"host {name}-last {Address.V4(last)}/{network.Length} via {Address.V4(first)}");
                Line($"link {name}-last s{name}");
            }
        }

        return text.ToString();
    }

    // In 10.0.0.0/8.
    private static Address NetworkOf(int node, int host) => Address.V4(0x0A00_0000 + ((uint)node << 8) + (uint)host);
}
