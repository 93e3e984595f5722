using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// The links that packets for one address would take, worked out from the current routes without sending a packet.
/// </summary>
internal static class ForwardingPaths
{
    /// <summary>
    /// Maps each link that would be used, named by its two ends in order, to the end that packets go towards. The value is empty
    /// if each end would forward to the other, so that packets would loop between them.
    /// </summary>
    public static IReadOnlyDictionary<(string, string), string> Links(IEnumerable<IpNode> nodes, Address destination)
    {
        var (used, number) = (new Dictionary<(string, string), string>(), destination.ToUInt32());
        foreach (var node in nodes)
        {
            if (!node.Owns(number) && node.Routes.Find(number, out var match) > 0)
            {
                foreach (var port in Path(match.Value.Out, match.Value.Via?.ToUInt32() ?? number))
                {
                    var (from, to) = (port.Node.Name, port.Peer.Node.Name);
                    var link = LinkEnds.Of(from, to);
                    used[link] = used.TryGetValue(link, out var towards) && towards != to ? "" : to;
                }
            }
        }

        return used;
    }

    // The ports from this one to the owner of an address on the same link, through the switches in between; this port alone if
    // nothing on the link has that address.
    private static List<Port> Path(Port from, uint address)
    {
        var (before, open) = (new Dictionary<Port, Port?> { [from] = null }, new Queue<Port>([from]));
        while (open.TryDequeue(out var port))
        {
            if (port.Peer.Node is IpNode node && (port == from || node.Owns(address)))
            {
                var way = new List<Port>();
                for (var at = port; at is not null; at = before[at])
                {
                    way.Add(at);
                }

                return way;
            }

            foreach (var next in port.Peer.Node is Switch ? port.Peer.Node.Ports.Where(next => next != port.Peer) : [])
            {
                before[next] = port;
                open.Enqueue(next);
            }
        }

        return [from];
    }
}
