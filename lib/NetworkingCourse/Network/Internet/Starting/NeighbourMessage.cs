using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>The messages of Neighbour Discovery, with their ICMPv6 types (RFC 4861, section 4).</summary>
public enum NeighbourType : byte
{
    /// <summary>A host asks for routers.</summary>
    RouterSolicitation = 133,

    /// <summary>A router tells hosts what they need to know about the link.</summary>
    RouterAdvertisement = 134,

    /// <summary>A machine asks who has an address, as with ARP.</summary>
    NeighbourSolicitation = 135,

    /// <summary>The owner of the address answers.</summary>
    NeighbourAdvertisement = 136,
}

/// <summary>A message of Neighbour Discovery (RFC 4861). It displays itself byte by byte.</summary>
/// <param name="Type">The type.</param>
/// <param name="Source">The sender, which the checksum covers.</param>
/// <param name="Destination">The receiver, which the checksum covers.</param>
public sealed record NeighbourMessage(NeighbourType Type, Address Source, Address Destination) : ShownRecord
{
    internal const byte HopLimit = 255;

    private const byte SourceCard = 1;
    private const byte TargetCard = 2;
    private const byte PrefixInformation = 3;
    private const byte OnLinkAndAutonomous = 0xC0;
    private const uint ValidFor = 2_592_000; // seconds, as the next two: the defaults of RFC 4861, section 6.2.1
    private const uint PreferredFor = 604_800;
    private const ushort RouterFor = 1800;

    /// <summary>The address that a solicitation asks for, or an advertisement is about; null in messages about routers.</summary>
    public Address? Target { get; init; }

    /// <summary>The prefix from which hosts may form addresses; null in other messages than router advertisements.</summary>
    public Prefix? Prefix { get; init; }

    /// <summary>The sender's link-layer address; null if the message has none.</summary>
    public MacAddress? LinkLayerAddress { get; init; }

    private bool IsAboutRouters => Type is NeighbourType.RouterSolicitation or NeighbourType.RouterAdvertisement;

    /// <summary>The ICMPv6 message as sent, with its checksum.</summary>
    public byte[] ToBytes()
    {
        List<byte> bytes = [(byte)Type, 0, 0, 0];
        bytes.AddRange(Type switch
        {
            NeighbourType.RouterAdvertisement => [64, 0, RouterFor >> 8, RouterFor & 0xFF, 0, 0, 0, 0, 0, 0, 0, 0],
            NeighbourType.NeighbourAdvertisement => [Destination.IsMulticast ? (byte)0x20 : (byte)0x60, 0, 0, 0],
            _ => new byte[4],
        });
        bytes.AddRange(Target?.ToBytes() ?? []);
        if (LinkLayerAddress is { } card)
        {
            var option = new byte[8];
            (option[0], option[1]) = (Type == NeighbourType.NeighbourAdvertisement ? TargetCard : SourceCard, 1);
            card.WriteTo(option.AsSpan(2));
            bytes.AddRange(option);
        }

        if (Prefix is { } prefix)
        {
            var option = new byte[32];
            (option[0], option[1], option[2], option[3]) =
                (PrefixInformation, 4, (byte)prefix.Length, OnLinkAndAutonomous);
            BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(4), ValidFor);
            BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(8), PreferredFor);
            prefix.Network.WriteTo(option.AsSpan(16));
            bytes.AddRange(option);
        }

        byte[] message = [.. bytes];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return message;
    }

    /// <summary>The message in an IPv6 packet, whose hop limit proves that no router has passed it on.</summary>
    public Ipv6Packet ToPacket() =>
        new(new Ipv6Header(Source, Destination) { HopLimit = HopLimit }, IpProtocol.IcmpV6, ToBytes());

    /// <summary>Parses a message, and validates it (RFC 4861, sections 6.1 and 7.1).</summary>
    /// <param name="packet">The packet that carries it.</param>
    /// <exception cref="FormatException">It is not a valid message; the exception's text says why.</exception>
    public static NeighbourMessage Parse(Ipv6Packet packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (packet.Protocol != IpProtocol.IcmpV6 || packet.Payload.Length < 8
            || packet.Payload.Span[0] is < (byte)NeighbourType.RouterSolicitation or > (byte)NeighbourType.NeighbourAdvertisement)
        {
            throw new FormatException("This is not a message of Neighbour Discovery.");
        }

        if (packet.Header.HopLimit != HopLimit)
        {
            throw new FormatException(InvariantText.Format(
                $"The hop limit is {packet.Header.HopLimit}, not 255: the message may come from another link."));
        }

        var empty = new NeighbourMessage(
            (NeighbourType)packet.Payload.Span[0], packet.Header.Source, packet.Header.Destination);
        return empty.Checksum(packet.Payload.Span) == 0
            ? empty.Read(new FieldReader(packet.Payload) { IsSilent = true })
            : throw new FormatException("The checksum is wrong.");
    }

    /// <summary>The ICMPv6 message, field by field.</summary>
    public ByteView View()
    {
        var bytes = ToBytes();
        var reader = new FieldReader(bytes);
        Read(reader);
        return new ByteView(InvariantText.Of(Type), Layer.Network, bytes, reader.Fields);
    }

    /// <inheritdoc/>
    public override string ToHtml() => View().ToHtml();

    /// <summary>The message as one line of text.</summary>
    public override string ToString() => $"{InvariantText.Of(Type)}, {Source} to {Destination}"
        + (Target is { } target ? $", about {target}" : Prefix is { } prefix ? $", prefix {prefix}" : "");

    private ushort Checksum(ReadOnlySpan<byte> message) =>
        InternetChecksum.Of(Source, Destination, IpProtocol.IcmpV6, message);

    private NeighbourMessage Read(FieldReader reader)
    {
        reader.Number8("type", value => InvariantText.Of((NeighbourType)value));
        reader.Number8("code");
        reader.Number16("checksum", _ => "covers the IPv6 addresses too", hex: true);
        if (Type == NeighbourType.RouterAdvertisement)
        {
            reader.Number8("hop limit", _ => "that hosts should write into their packets");
            reader.Number8("flags", value => (value & 0x80) != 0 ? "ask DHCPv6 for an address" : "no DHCPv6 here", hex: true);
            reader.Number16("router lifetime", value => InvariantText.Format($"a default router for {value} s"));
            reader.Number32("reachable time", _ => "not specified");
            reader.Number32("retransmission timer", _ => "not specified");
        }
        else
        {
            var isAnswer = Type == NeighbourType.NeighbourAdvertisement;
            reader.Number32(isAnswer ? "flags" : "reserved", value => (value >> 29) switch
            {
                0 => "",
                1 => "override what is cached",
                3 => "solicited; override what is cached",
                _ => "",
            }, hex: isAnswer);
        }

        Address? target = IsAboutRouters ? null : Address.FromBytes(reader.Bytes("target", 16, HostOf).Span);
        return ReadOptions(reader, this with { Target = target });
    }

    private static NeighbourMessage ReadOptions(FieldReader reader, NeighbourMessage message)
    {
        while (reader.Remaining > 0)
        {
            var type = reader.Number8("option", value => value switch
            {
                SourceCard => "the sender's card",
                TargetCard => "the target's card",
                PrefixInformation => "prefix information",
                _ => "",
            });
            int length = reader.Number8("length", _ => "in units of 8 bytes");
            if (length == 0)
            {
                throw new FormatException("An option has the length 0."); // its reader would never end
            }

            if (type is SourceCard or TargetCard && length == 1)
            {
                var card = reader.Bytes("card", MacAddress.Length, bytes => $"{MacAddress.Read(bytes.Span)}");
                message = message with { LinkLayerAddress = MacAddress.Read(card.Span) };
            }
            else if (type == PrefixInformation && length == 4)
            {
                var bits = reader.Number8("prefix length");
                reader.Number8("flags", value => (value & 0x40) != 0 ? "on this link; form an address from it" : "", hex: true);
                reader.Number32("valid lifetime", Seconds);
                reader.Number32("preferred lifetime", Seconds);
                reader.Number32("reserved");
                var network = Address.FromBytes(reader.Bytes("prefix", 16, HostOf).Span);
                message = message with
                {
                    Prefix = bits <= 128
                        ? Packets.Prefix.Of(network, bits)
                        : throw new FormatException(InvariantText.Format($"A prefix of {bits} bits.")),
                };
            }
            else
            {
                reader.Bytes("data", 8 * length - 2);
            }
        }

        return message;
    }

    private static string HostOf(ReadOnlyMemory<byte> bytes) => Address.FromBytes(bytes.Span).ToString();

    private static string Seconds(uint seconds) => InvariantText.Format($"{seconds / 86_400.0:0.#} days");
}
