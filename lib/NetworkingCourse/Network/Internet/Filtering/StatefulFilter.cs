using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// A stateful firewall: outbound packets always pass, and create an entry in a table. What arrives passes if it answers an entry,
/// or if it is for an endpoint that rules have opened. (Entries do not expire here.)
/// </summary>
/// <param name="open">The endpoints inside that anyone may contact, with their protocols.</param>
public sealed class StatefulFilter(params IReadOnlyList<(IpProtocol Protocol, NatEndpoint Inside)> open) : PacketFilter
{
    private readonly HashSet<(IpProtocol Protocol, NatEndpoint Inside, NatEndpoint Outside)> _connections = [];

    /// <inheritdoc/>
    public override bool Passes(FilteredPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (packet.IsOutgoing)
        {
            _connections.Add((packet.Protocol, packet.Source, packet.Destination));
            return true;
        }

        return _connections.Contains((packet.Protocol, packet.Destination, packet.Source))
            || open.Contains((packet.Protocol, packet.Destination));
    }

    /// <summary>The table of connections.</summary>
    public Table Table() => new(
        ["protocol", "inside", "outside"],
        _connections.OrderBy(entry => entry.ToString(), StringComparer.Ordinal).Select(IReadOnlyList<object?> (entry) =>
            [IpProtocols.NameOf(entry.Protocol), entry.Inside, entry.Outside]),
        _connections.Count == 0 ? "Nothing has left yet." : null);
}
