using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// A learning switch (IEEE 802.1D, section 7.8). It remembers the port on which it last saw each source address, and sends frames
/// for that address only there. Broadcast and multicast frames, and frames for unknown addresses, go to all ports except the one
/// they came from.
/// </summary>
internal sealed class Switch(Internet internet, string name, int number) : Node(internet, name, number)
{
    // From IEEE 802.1D, table 7-5.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(300);

    private readonly Dictionary<MacAddress, (Port Port, TimeSpan Seen)> _learned = [];

    public override DiagramNodeKind Kind => DiagramNodeKind.Switch;

    public override void Receive(Port port, Frame frame)
    {
        if (!frame.Source.IsGroup)
        {
            _learned[frame.Source] = (port, Internet.Now);
        }

        if (!frame.Destination.IsGroup
            && _learned.TryGetValue(frame.Destination, out var known)
            && Internet.Now - known.Seen <= MaxAge
            && known.Port.Cable.IsUp)
        {
            if (known.Port != port)
            {
                // ARP frames appear in the trace's text, but are not drawn as part of the packet's path.
                frame.Trace?.Add(
                    this,
                    $"switched: {frame.Destination} is on the port to {known.Port.Peer.Node.Name}",
                    frame.Type == EtherType.Arp ? null : known.Port);
                known.Port.Transmit(frame);
            }

            return; // if the destination is on the port that the frame came from, it has the frame already
        }

        frame.Trace?.Add(
            this,
            $"flooded: {(frame.Destination.IsGroup ? "broadcast or multicast" : $"the port of {frame.Destination} is unknown")}");
        foreach (var other in Ports)
        {
            if (other != port && other.Cable.IsUp)
            {
                other.Transmit(frame.Copy());
            }
        }
    }

    public override void CableChanged(Port port)
    {
        foreach (var (address, _) in _learned.Where(entry => entry.Value.Port == port).ToList())
        {
            _learned.Remove(address);
        }
    }

    public Table Table() => new(
        ["link-layer address", "port to", "seen"],
        _learned.OrderBy(entry => entry.Key.Bits).Select(IReadOnlyList<object?> (entry) =>
            [entry.Key, entry.Value.Port.Peer.Node.Name, $"{InvariantText.Of(Internet.Now - entry.Value.Seen)} ago"]),
        _learned.Count == 0 ? $"{Name} has not learned any address yet." : null);
}
