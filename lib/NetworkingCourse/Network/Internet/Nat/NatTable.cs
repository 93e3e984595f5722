using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// The table of a network address and port translator (RFC 3022): many hosts inside share one outside address and are told apart
/// by port. Each inside flow, that is each combination of protocol, address and port, has one outside port, whatever its
/// destination (<i>endpoint-independent mapping</i>, RFC 4787, REQ-1); no two flows ever share an outside port. For ICMP echoes,
/// the identifier takes the place of the port (RFC 5508).
/// </summary>
public sealed class NatTable : Shown
{
    private readonly Dictionary<(IpProtocol Protocol, Address Address, ushort Port), NatMapping> _byInside = [];
    private readonly Dictionary<(IpProtocol Protocol, ushort Port), NatMapping> _byOutside = [];
    private readonly ushort _first;
    private readonly ushort _last;

    /// <summary>Creates an empty table.</summary>
    /// <param name="outside">The address that all hosts inside share.</param>
    /// <param name="first">The first port that may be assigned.</param>
    /// <param name="last">The last port that may be assigned.</param>
    public NatTable(Address outside, ushort first = 1024, ushort last = ushort.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, last);
        (Outside, _first, _last) = (outside, first, last);
    }

    /// <summary>The address that all hosts inside share.</summary>
    public Address Outside { get; }

    /// <summary>The entries, ordered by protocol and outside port.</summary>
    public IReadOnlyList<NatMapping> Mappings =>
        [.. _byOutside.Values.OrderBy(mapping => mapping.Protocol).ThenBy(mapping => mapping.OutsidePort)];

    /// <summary>
    /// Finds the outside port for a packet that leaves, and adds an entry if there is none. The port number is preserved if it is
    /// free (RFC 4787, section 4.2.1).
    /// </summary>
    /// <param name="protocol">The packet's protocol: UDP, TCP or ICMP.</param>
    /// <param name="address">The sender's address.</param>
    /// <param name="port">The sender's port.</param>
    /// <param name="now">The current time.</param>
    /// <returns>The outside port; null if all are in use.</returns>
    public ushort? Outbound(IpProtocol protocol, Address address, ushort port, TimeSpan now)
    {
        if (!_byInside.TryGetValue((protocol, address, port), out var mapping) || IsOld(mapping, now))
        {
            Forget(mapping);
            if (FreePort(protocol, port, now) is not { } outside)
            {
                return null;
            }

            mapping = new NatMapping(protocol, address, port, outside);
            (_byInside[(protocol, address, port)], _byOutside[(protocol, outside)]) = (mapping, mapping);
        }

        mapping.Used(now);
        return mapping.OutsidePort;
    }

    /// <summary>
    /// Finds the host inside to which an arriving packet is to be delivered; null if no host inside has sent from that port
    /// before.
    /// </summary>
    /// <param name="protocol">The packet's protocol.</param>
    /// <param name="port">The packet's destination port.</param>
    /// <param name="now">The current time.</param>
    public NatMapping? Inbound(IpProtocol protocol, ushort port, TimeSpan now)
    {
        var mapping = _byOutside.GetValueOrDefault((protocol, port));
        return mapping is null || IsOld(mapping, now) ? null : mapping;
    }

    /// <summary>
    /// Makes a permanent entry: what arrives for an outside port goes to a host inside (<i>port forwarding</i>). It replaces an
    /// entry of the same inside port.
    /// </summary>
    /// <exception cref="ArgumentException">Another flow has that port.</exception>
    internal void Forward(IpProtocol protocol, ushort outside, NatEndpoint inside)
    {
        if (_byOutside.ContainsKey((protocol, outside)))
        {
            throw new ArgumentException(InvariantText.Format($"The port {outside} is already in use."), nameof(outside));
        }

        // Left in place, the replaced entry would take this one out of the table when its own port is given away.
        Forget(_byInside.GetValueOrDefault((protocol, inside.Address, inside.Port)));
        var mapping = new NatMapping(protocol, inside.Address, inside.Port, outside) { IsPermanent = true };
        _byInside[(protocol, inside.Address, inside.Port)] = mapping;
        _byOutside[(protocol, outside)] = mapping;
    }

    /// <summary>
    /// Notes a packet whose port a translator of the learner's has assigned, so that the table shows it. Nothing keeps two flows
    /// apart here.
    /// </summary>
    internal void Note(IpProtocol protocol, NatEndpoint inside, ushort outside, TimeSpan now)
    {
        if (!_byOutside.TryGetValue((protocol, outside), out var mapping)
            || (mapping.Address, mapping.Port) != (inside.Address, inside.Port))
        {
            mapping = new NatMapping(protocol, inside.Address, inside.Port, outside);
            _byOutside[(protocol, outside)] = mapping;
        }

        mapping.Used(now);
    }

    // How long an entry lives without traffic: RFC 4787, REQ-5; RFC 5382, REQ-5; RFC 5508, REQ-2.
    private static TimeSpan Lifetime(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Tcp => TimeSpan.FromMinutes(124),
        IpProtocol.Udp => TimeSpan.FromMinutes(5),
        _ => TimeSpan.FromMinutes(1),
    };

    private static bool IsOld(NatMapping mapping, TimeSpan now) =>
        !mapping.IsPermanent && now - mapping.LastUsed >= Lifetime(mapping.Protocol);

    private ushort? FreePort(IpProtocol protocol, ushort wanted, TimeSpan now)
    {
        var count = _last - _first + 1;
        var begin = wanted >= _first && wanted <= _last ? wanted - _first : wanted % count;
        for (var i = 0; i < count; i++)
        {
            var port = (ushort)(_first + (begin + i) % count);
            var taken = _byOutside.GetValueOrDefault((protocol, port));
            if (taken is null || IsOld(taken, now))
            {
                Forget(taken);
                return port;
            }
        }

        return null;
    }

    private void Forget(NatMapping? mapping)
    {
        if (mapping is not null)
        {
            _byInside.Remove((mapping.Protocol, mapping.Address, mapping.Port));
            _byOutside.Remove((mapping.Protocol, mapping.OutsidePort));
        }
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["protocol", "inside", "outside", "packets out"],
        Mappings.Select(IReadOnlyList<object?> (mapping) =>
        [
            IpProtocols.NameOf(mapping.Protocol),
            InvariantText.Format($"{mapping.Address}:{mapping.Port}"),
            InvariantText.Format($"{Outside}:{mapping.OutsidePort}"),
            mapping.Packets,
        ]),
        _byOutside.Count == 0
            ? "No host inside has sent anything outside."
            : "For ICMP, the echo identifier takes the place of the port.");
}

/// <summary>An entry of a translation table.</summary>
/// <param name="Protocol">The protocol of the flow.</param>
/// <param name="Address">The address of the host inside.</param>
/// <param name="Port">The port that the host uses.</param>
/// <param name="OutsidePort">The port that replaces it outside.</param>
public sealed record NatMapping(IpProtocol Protocol, Address Address, ushort Port, ushort OutsidePort)
{
    /// <summary>Whether the entry was made by an administrator, and never expires.</summary>
    public bool IsPermanent { get; internal init; }

    /// <summary>The time of the last outbound packet.</summary>
    public TimeSpan LastUsed { get; private set; }

    /// <summary>The number of outbound packets so far.</summary>
    public long Packets { get; private set; }

    internal void Used(TimeSpan now) => (LastUsed, Packets) = (now, Packets + 1);
}
