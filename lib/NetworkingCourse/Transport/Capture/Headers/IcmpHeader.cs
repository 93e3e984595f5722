using System.Buffers.Binary;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>The beginning of an ICMP message (RFC 792; RFC 4443 for ICMPv6), and whose packet it is about.</summary>
/// <param name="Type">What kind of message: 3 destination unreachable, 8 echo request, 0 echo reply, 11 time exceeded.</param>
/// <param name="Code">More exactly: 3 after type 3 means that nobody has the port.</param>
/// <param name="Meaning">The two in words; empty for those that the parser does not know.</param>
/// <param name="AboutSource">Who sent the packet that it is about; null if it is about none.</param>
/// <param name="AboutDestination">For whom that packet was; null if it is about none.</param>
public sealed record IcmpHeader(byte Type, byte Code, string Meaning, IPEndPoint? AboutSource, IPEndPoint? AboutDestination)
{
    private const int ShortestIpv4 = 20;
    private const int Ipv6 = 40;

    /// <exception cref="TruncatedException">The bytes end inside it.</exception>
    internal static IcmpHeader Read(FieldReader reader, ReadOnlyMemory<byte> bytes, IpHeader ip)
    {
        var isVersion6 = ip.Protocol == IpHeader.Icmp6;
        var message = bytes[reader.Offset..reader.End];
        var meaning = "";
        var type = reader.Number8("type", value => isVersion6 ? "" : NameOf(value));
        var code = reader.Number8("code", value => meaning = MeaningOf(type, value, isVersion6));
        reader.Number16("checksum", _ => isVersion6 ? "" : ip.HasMoreFragments ? Checksums.OfAFragment : InternetChecksum.IsIntact(message.Span) ? "right" : "wrong", hex: true);
        reader.Bytes("depends on the type", 4);
        var (source, destination) = IsError(type, isVersion6) ? About(bytes.Span[reader.Offset..reader.End], isVersion6) : default;
        return new IcmpHeader(type, code, meaning, source, destination);
    }

    private static bool IsError(byte type, bool isVersion6) => isVersion6 ? type is >= 1 and <= 4 : type is 3 or 4 or 5 or 11 or 12;

    // An error brings the beginning of the packet that caused it: its IP header and at least the 8 bytes after it, ports included.
    private static (IPEndPoint? Source, IPEndPoint? Destination) About(ReadOnlySpan<byte> packet, bool isVersion6)
    {
        var header = isVersion6 ? Ipv6 : packet.Length > 0 ? Math.Max(ShortestIpv4, (packet[0] & 0x0f) * 4) : ShortestIpv4;
        if (packet.Length < header + 4)
        {
            return default;
        }

        var (at, length) = isVersion6 ? (8, 16) : (12, 4);
        return (End(packet.Slice(at, length), packet[header..]), End(packet.Slice(at + length, length), packet[(header + 2)..]));
    }

    private static IPEndPoint End(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port) => new(new IPAddress(address), BinaryPrimitives.ReadUInt16BigEndian(port));

    private static string NameOf(byte type) => type switch { 0 => "echo reply", 3 => "destination unreachable", 8 => "echo request", 11 => "time exceeded", _ => "" };

    private static string MeaningOf(byte type, byte code, bool isVersion6) => (isVersion6, type, code) switch
    {
        (false, 3, 0) => "network unreachable",
        (false, 3, 1) => "host unreachable",
        (false, 3, 3) or (true, 1, 4) => "port unreachable",
        (false, 3, 4) or (true, 2, _) => "too big to pass",
        (false, 11, 0) or (true, 3, 0) => "time to live exceeded",
        (false, 8, _) or (true, 128, _) => "echo request",
        (false, 0, _) or (true, 129, _) => "echo reply",
        _ => "",
    };
}
