using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// A learning switch (IEEE 802.1D, section 7.8): it remembers at which port it has seen which source address, and sends a frame for that address only there. What is for everybody,
/// or for somebody it has not seen, goes to all ports but the one it came from.
/// </summary>
internal sealed class Switch(Internet internet, string name, int number) : Node(internet, name, number)
{
    // IEEE 802.1D, table 7-5.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(300);

    private readonly Dictionary<MacAddress, (Port Port, TimeSpan Seen)> _learned = [];

    public override DiagramNodeKind Kind => DiagramNodeKind.Switch;

    public override void Receive(Port port, Frame frame)
    {
        if (!frame.Source.IsGroup)
        {
            _learned[frame.Source] = (port, Internet.Now);
        }

        if (!frame.Destination.IsGroup && _learned.TryGetValue(frame.Destination, out var known) && Internet.Now - known.Seen <= MaxAge && known.Port.Cable.IsUp)
        {
            if (known.Port != port)
            {
                // What ARP does on the side is told, but is not the packet's way.
                frame.Trace?.Add(this, $"switched: {frame.Destination} is at the port to {known.Port.Peer.Node.Name}", frame.Type == Frame.Arp ? null : known.Port);
                known.Port.Transmit(frame);
            }

            return; // it is where it came from: whoever it is for has it already
        }

        frame.Trace?.Add(this, $"flooded: {(frame.Destination.IsGroup ? "it is for everybody" : $"nobody knows where {frame.Destination} is")}");
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
        _learned.OrderBy(entry => entry.Key.Bits).Select(IReadOnlyList<object?> (entry) => [entry.Key, entry.Value.Port.Peer.Node.Name, $"{InvariantText.Of(Internet.Now - entry.Value.Seen)} ago"]),
        _learned.Count == 0 ? $"{Name} has seen nobody yet." : null);
}
