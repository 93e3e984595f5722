using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>Network address and port translation on a router (RFC 3022): what leaves through the outside port gets the router's address and a port; what comes back, the host's.</summary>
internal sealed class AddressTranslation(Router router, Port outside)
{
    public NatTable Table { get; } = new(outside.Address!.Value);

    public Port Outside => outside;

    private TimeSpan Now => router.Internet.Now;

    /// <summary>Whether a packet for the router's own address is for somebody inside.</summary>
    public bool IsForInside(Port port, Frame frame)
    {
        if (port != outside || Address.FromBytes(frame.Payload.Span[16..20]) != Table.Outside)
        {
            return false;
        }

        var isFragment = (BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.Span[6..]) & 0x3FFF) != 0;
        return isFragment || Find(frame) is not null;
    }

    /// <summary>Translates what comes in for the shared address.</summary>
    /// <returns>False: nobody inside is meant, and it is dropped.</returns>
    public bool Inbound(Port port, Frame frame)
    {
        var packet = Packet(frame);
        if (port != outside || packet.DestinationAddress != Table.Outside)
        {
            return true; // not for the shared address: whatever it is, it is forwarded as it is
        }

        if (Find(frame) is not { } mapping)
        {
            router.Drop(frame.Trace, "nobody inside has spoken from there: there is no entry in the translator's table");
            return false;
        }

        var before = frame.Trace is null ? "" : InvariantText.Format($"{packet.DestinationAddress}:{packet.DestinationPort}");
        packet.SetDestination(mapping.Address, packet.DestinationPort is null ? null : mapping.Port);
        if (packet.Protocol == IpProtocol.Icmp && IsError(packet.Payload[0]))
        {
            // The packet that it is about is the one the host knows, not the one that was sent outside (RFC 5508, section 4.2).
            var about = new PacketEditor(packet.Payload[8..]);
            about.SetSource(mapping.Address, mapping.Port);
            IcmpMessage.WriteChecksum(packet.Payload);
        }

        frame.Trace?.Add(router, InvariantText.Format($"translated: for {before}, now for {mapping.Address}:{mapping.Port}"));
        return true;
    }

    /// <summary>Translates what goes out.</summary>
    /// <returns>False: that cannot be done, and it is dropped.</returns>
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

        if (Table.Outbound(packet.Protocol, packet.SourceAddress, port, Now) is not { } outsidePort)
        {
            router.Drop(frame.Trace, "all ports of the translator are taken");
            return false;
        }

        frame.Trace?.Add(router, InvariantText.Format($"translated: from {packet.SourceAddress}:{port}, now from {Table.Outside}:{outsidePort}"));
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
            return about.SourceAddress == Table.Outside && about.SourcePort is { } source ? Table.Inbound(about.Protocol, source, Now) : null;
        }

        return packet.DestinationPort is { } port ? Table.Inbound(packet.Protocol, port, Now) : null;
    }

    // Without what fills the frame up.
    private static PacketEditor Packet(Frame frame) => new(frame.Payload.Span[..BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.Span[2..])]);
}
