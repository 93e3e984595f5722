using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>IP packets as byte views: every field of their headers, and what its value says.</summary>
public sealed class IpView
{
    private readonly ReadOnlyMemory<byte> _packet;
    private readonly SectionReader _sections;

    private IpView(ReadOnlyMemory<byte> packet) => (_packet, _sections) = (packet, new SectionReader(packet));

    /// <summary>Takes a packet apart, of either version. Of one that is cut off or makes no sense, as much as can be said.</summary>
    /// <param name="packet">The packet, from the first byte of its IP header on.</param>
    public static ByteView Of(ReadOnlyMemory<byte> packet)
    {
        var view = new IpView(packet);
        string? note = null;
        try
        {
            view.Read();
        }
        catch (FormatException exception)
        {
            note = exception.Message;
        }

        return new ByteView(packet, view._sections.Sections, note);
    }

    private void Read()
    {
        var version = _packet.Length > 0 ? _packet.Span[0] >> 4 : 0;
        switch (version)
        {
            case 4:
                ReadIpv4();
                break;
            case 6:
                ReadIpv6();
                break;
            default:
                throw new FormatException(Words.Invariant($"The version is {version}: neither 4 nor 6."));
        }
    }

    private void ReadIpv4()
    {
        var (total, protocol) = (0, IpProtocol.NoNextHeader);
        _sections.Read("IPv4 header", Layer.Network, _packet.Length, reader =>
        {
            var length = (int)reader.Bits(1, ("version", 4, null), ("header length", 4, words => Words.Invariant($"in words of 4 bytes: {words * 4} bytes")))[1] * 4;
            reader.Bits(1, ("differentiated services", 6, null), ("congestion notification", 2, null));
            total = reader.Number16("total length", _ => "header and payload, in bytes");
            reader.Number16("identification", _ => "the same in all fragments of a packet", hex: true);
            reader.Bits(2, ("reserved bit", 1, null), ("don't fragment", 1, Yes), ("more fragments", 1, Yes), ("fragment offset", 13, InUnits));
            reader.Number8("time to live", _ => "through how many routers it may go on");
            protocol = (IpProtocol)reader.Number8("protocol", NameOf);
            reader.Number16("header checksum", _ => length <= _packet.Length && InternetChecksum.IsIntact(_packet.Span[..length]) ? "right" : "wrong", hex: true);
            ReadAddresses(reader, 4);
            if (length > Ipv4Header.MinimumLength)
            {
                reader.Bytes("options", length - Ipv4Header.MinimumLength);
            }
        });
        ReadPayload(total, protocol);
    }

    private void ReadIpv6()
    {
        var (total, next) = (Ipv6Header.Length, IpProtocol.NoNextHeader);
        _sections.Read("IPv6 header", Layer.Network, _packet.Length, reader =>
        {
            reader.Bits(4, ("version", 4, null), ("traffic class", 8, null), ("flow label", 20, value => Words.Invariant($"0x{value:x5}: the same in all packets of a conversation")));
            total += reader.Number16("payload length", _ => "what follows this header, in bytes");
            next = (IpProtocol)reader.Number8("next header", NameOf);
            reader.Number8("hop limit", _ => "through how many routers it may go on");
            ReadAddresses(reader, 16);
        });
        for (var isPiece = false; IpProtocols.IsExtension(next) && !isPiece;)
        {
            var extension = next;
            isPiece = extension == IpProtocol.Fragment;
            _sections.Read($"extension header: {IpProtocols.NameOf(extension)}", Layer.Network, Math.Min(total, _packet.Length), reader => next = ReadExtension(reader, extension));
        }

        ReadPayload(total, next);
    }

    private static IpProtocol ReadExtension(FieldReader reader, IpProtocol type)
    {
        var next = (IpProtocol)reader.Number8("next header", NameOf);
        if (type == IpProtocol.Fragment)
        {
            reader.Number8("reserved");
            reader.Bits(2, ("fragment offset", 13, InUnits), ("reserved bits", 2, null), ("more fragments", 1, Yes));
            reader.Number32("identification", _ => "the same in all fragments of a packet", hex: true);
        }
        else
        {
            var length = (reader.Number8("header length", units => Words.Invariant($"in units of 8 bytes, beyond the first 8: {(units + 1) * 8} bytes")) + 1) * 8;
            reader.Bytes("content", length - 2);
        }

        return next;
    }

    private void ReadAddresses(FieldReader reader, int length)
    {
        foreach (var name in (string[])["source address", "destination address"])
        {
            var address = reader.Remaining >= length ? Address.FromBytes(_packet.Span.Slice(reader.Offset, length)) : default;
            reader.Bytes(name, length, _ => address.ToString(), SpecialPurpose.Describe(address));
        }
    }

    private void ReadPayload(int total, IpProtocol protocol)
    {
        var end = Math.Clamp(total, _sections.Offset, _packet.Length);
        if (end > _sections.Offset)
        {
            _sections.Read("payload", Layer.Transport, end, reader => reader.Bytes("payload", reader.Remaining, meaning: IpProtocols.NameOf(protocol)));
        }

        if (total > _packet.Length)
        {
            throw new FormatException(Words.Invariant($"The packet says that it has {total:N0} bytes; here are {_packet.Length:N0}."));
        }
    }

    private static string NameOf(byte protocol) => IpProtocols.NameOf((IpProtocol)protocol);

    private static string InUnits(uint units) => Words.Invariant($"in units of 8 bytes: byte {units * 8:N0}");

    private static string Yes(uint bit) => bit == 1 ? "yes" : "no";
}
