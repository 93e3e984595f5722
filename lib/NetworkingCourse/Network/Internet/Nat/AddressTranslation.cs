using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// Network address and port translation on a router (RFC 3022): packets that leave through the outside port get the router's
/// address and one of its ports as their source; in the replies, the host's are put back.
/// </summary>
internal sealed class AddressTranslation(Router router, Port outside)
{
    private PortTranslator? _translator;

    public NatTable Table { get; private set; } = new(outside.Address!.Value);

    public Port Outside => outside;

    /// <summary>
    /// Lets a translator decide from now on. The table is empty then, and only notes what the translator decides.
    /// </summary>
    public void Use(PortTranslator translator) => (_translator, Table) = (translator, new NatTable(Table.Outside));

    private TimeSpan Now => router.Internet.Now;

    /// <summary>Whether a packet that is addressed to the router itself is meant for a host inside.</summary>
    public bool IsForInside(Port port, Frame frame)
    {
        if (port != outside || Address.FromBytes(frame.Payload.Span[16..20]) != Table.Outside)
        {
            return false;
        }

        var isFragment = (BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.Span[6..]) & 0x3FFF) != 0;
        return isFragment || Find(frame) is not null;
    }

    /// <summary>Translates a packet that arrives for the shared address.</summary>
    /// <returns>False if it is for no host inside; it has been dropped then.</returns>
    public bool Inbound(Port port, Frame frame)
    {
        var packet = Packet(frame);
        if (port != outside || packet.DestinationAddress != Table.Outside)
        {
            return true; // not for the shared address, so it is forwarded unchanged
        }

        if (Find(frame) is not { } mapping)
        {
            router.Drop(frame.Trace, "no entry in the translation table: no host inside has sent from this port");
            return false;
        }

        var before = frame.Trace is null ? "" : InvariantText.Format($"{packet.DestinationAddress}:{packet.DestinationPort}");
        packet.SetDestination(mapping.Address, packet.DestinationPort is null ? null : mapping.Port);
        if (packet.Protocol == IpProtocol.Icmp && IsError(packet.Payload[0]))
        {
            // Restore the quoted packet to the one that the host sent, not the one that was sent outside (RFC 5508, section 4.2).
            var about = new PacketEditor(packet.Payload[8..]);
            about.SetSource(mapping.Address, mapping.Port);
            IcmpMessage.WriteChecksum(packet.Payload);
        }

        frame.Trace?.Add(router, InvariantText.Format($"translated: to {before}, now to {mapping.Address}:{mapping.Port}"));
        return true;
    }

    /// <summary>Translates a packet that leaves.</summary>
    /// <returns>False if it cannot be translated; it has been dropped then.</returns>
    public bool Outbound(Port through, Frame frame)
    {
        var packet = Packet(frame);
        if (through != outside || packet.SourceAddress == Table.Outside)
        {
            return true;
        }

        if (packet.SourcePort is not { } port)
        {
            router.Drop(frame.Trace, $"{IpProtocols.NameOf(packet.Protocol)} without ports cannot be translated");
            return false;
        }

        if (OutsidePort(packet, port) is not { } outsidePort)
        {
            router.Drop(frame.Trace, "all ports of the translator are in use");
            return false;
        }

        frame.Trace?.Add(
            router,
            InvariantText.Format($"translated: from {packet.SourceAddress}:{port}, now from {Table.Outside}:{outsidePort}"));
        packet.SetSource(Table.Outside, outsidePort);
        return true;
    }

    private static bool IsError(byte type) => type is IcmpMessage.Unreachable or IcmpMessage.TimeExceeded;

    private NatMapping? Find(Frame frame)
    {
        var packet = Packet(frame);
        if (packet.Protocol == IpProtocol.Icmp && packet.Payload.Length >= 36 && IsError(packet.Payload[0]))
        {
            var about = new PacketEditor(packet.Payload[8..]);
            return about.SourceAddress == Table.Outside && about.SourcePort is { } source
                ? Inside(
                    about.Protocol,
                    source,
                    new NatEndpoint(about.DestinationAddress, OtherPort(about.Protocol, about.DestinationPort)))
                : null;
        }

        return packet.DestinationPort is { } port
            ? Inside(packet.Protocol, port, new NatEndpoint(packet.SourceAddress, OtherPort(packet.Protocol, packet.SourcePort)))
            : null;
    }

    private NatMapping? Inside(IpProtocol protocol, ushort port, NatEndpoint from) => _translator is null
        ? Table.Inbound(protocol, port, Now)
        : _translator.Inbound(protocol, port, from) is { } inside
            ? new NatMapping(protocol, inside.Address, inside.Port, port)
            : null;

    private ushort? OutsidePort(PacketEditor packet, ushort port)
    {
        if (_translator is null)
        {
            return Table.Outbound(packet.Protocol, packet.SourceAddress, port, Now);
        }

        var (inside, to) = (
            new NatEndpoint(packet.SourceAddress, port),
            new NatEndpoint(packet.DestinationAddress, OtherPort(packet.Protocol, packet.DestinationPort)));
        var outsidePort = _translator.Outbound(packet.Protocol, inside, to);
        if (outsidePort is not null)
        {
            Table.Note(packet.Protocol, inside, outsidePort.Value, Now);
        }

        return outsidePort;
    }

    // An echo has one identifier, which is the inside host's.
    private static ushort OtherPort(IpProtocol protocol, ushort? port) => protocol == IpProtocol.Icmp ? (ushort)0 : port ?? 0;

    // Without the padding of the frame.
    private static PacketEditor Packet(Frame frame) =>
        new(frame.Payload.Span[..BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.Span[2..])]);
}
