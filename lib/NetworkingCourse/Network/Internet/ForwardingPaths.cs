namespace NetworkingCourse.Network;

/// <summary>Over which links everybody would hand on a packet for one address, by the tables as they are: the current routes, without any packet.</summary>
internal static class ForwardingPaths
{
    /// <summary>The links that would be used, by the names of their ends in order, and towards which end; towards none if both would hand it to the other, so that it would go back and forth.</summary>
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

    // From a port to whoever has an address on the same link, through the switches in between; no further than the port if nobody has it.
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
