using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// The table of a network address and port translator (RFC 3022): many hosts inside share one address outside, and are told apart by the port. Each flow from inside, that is protocol, address and port,
/// has one port outside, the same whomever it speaks to (<i>endpoint-independent mapping</i>, RFC 4787, REQ-1); no port ever has two flows. Of ICMP echoes the identifier takes the port's place (RFC 5508).
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class NatTable : IShown
{
    private readonly Dictionary<(IpProtocol Protocol, Address Address, ushort Port), NatMapping> _byInside = [];
    private readonly Dictionary<(IpProtocol Protocol, ushort Port), NatMapping> _byOutside = [];
    private readonly ushort _first;
    private readonly ushort _last;

    /// <summary>A table without entries.</summary>
    /// <param name="outside">The address that all share.</param>
    /// <param name="first">The first port that may be given out.</param>
    /// <param name="last">The last port that may be given out.</param>
    public NatTable(Address outside, ushort first = 1024, ushort last = ushort.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, last);
        (Outside, _first, _last) = (outside, first, last);
    }

    /// <summary>The address that all share.</summary>
    public Address Outside { get; }

    /// <summary>The entries, by the port outside.</summary>
    public IReadOnlyList<NatMapping> Mappings => [.. _byOutside.Values.OrderBy(mapping => mapping.Protocol).ThenBy(mapping => mapping.OutsidePort)];

    /// <summary>A packet goes out: which port stands for its sender outside? An entry is made if there is none. The port stays the same if nobody has it (RFC 4787, section 4.2.1).</summary>
    /// <param name="protocol">What it carries: UDP, TCP or ICMP.</param>
    /// <param name="address">Who sends it.</param>
    /// <param name="port">From which port.</param>
    /// <param name="now">The time.</param>
    /// <returns>The port; null if all are taken.</returns>
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

    /// <summary>A packet comes in: who inside is meant? Nobody, if nobody inside has spoken from there before.</summary>
    /// <param name="protocol">What it carries.</param>
    /// <param name="port">For which port.</param>
    /// <param name="now">The time.</param>
    public NatMapping? Inbound(IpProtocol protocol, ushort port, TimeSpan now)
    {
        var mapping = _byOutside.GetValueOrDefault((protocol, port));
        return mapping is null || IsOld(mapping, now) ? null : mapping;
    }

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <summary>The entries as a table.</summary>
    public override string ToString() => AsTable().ToString();

    // How long a flow may be silent: RFC 4787, REQ-5; RFC 5382, REQ-5; RFC 5508, REQ-2.
    private static TimeSpan Lifetime(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Tcp => TimeSpan.FromMinutes(124),
        IpProtocol.Udp => TimeSpan.FromMinutes(5),
        _ => TimeSpan.FromMinutes(1),
    };

    private static bool IsOld(NatMapping mapping, TimeSpan now) => now - mapping.LastUsed >= Lifetime(mapping.Protocol);

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

    private Table AsTable() => new(
        ["protocol", "inside", "outside", "packets out"],
        Mappings.Select(IReadOnlyList<object?> (mapping) =>
            [IpProtocols.NameOf(mapping.Protocol), InvariantText.Format($"{mapping.Address}:{mapping.Port}"), InvariantText.Format($"{Outside}:{mapping.OutsidePort}"), mapping.Packets]),
        _byOutside.Count == 0 ? "Nobody inside has spoken to anybody outside." : "Of ICMP, the identifier of the echo stands where the port does.");
}

/// <summary>An entry of a translator's table.</summary>
/// <param name="Protocol">What is carried.</param>
/// <param name="Address">Who inside.</param>
/// <param name="Port">From which port.</param>
/// <param name="OutsidePort">Which port stands for it outside.</param>
public sealed record NatMapping(IpProtocol Protocol, Address Address, ushort Port, ushort OutsidePort)
{
    /// <summary>When something last went out.</summary>
    public TimeSpan LastUsed { get; private set; }

    /// <summary>How many packets have gone out.</summary>
    public long Packets { get; private set; }

    internal void Used(TimeSpan now) => (LastUsed, Packets) = (now, Packets + 1);
}
