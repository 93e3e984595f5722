using System.Net;
using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse.Transport;

/// <summary>The beginning of an ICMP message (RFC 792; RFC 4443 for ICMPv6), and whose packet it is about.</summary>
/// <param name="Type">What kind of message: 3 destination unreachable, 8 echo request, 0 echo reply, 11 time exceeded.</param>
/// <param name="Code">More exactly: 3 after type 3 means that nobody has the port.</param>
/// <param name="Meaning">The two in words; empty for those that the parser does not know.</param>
public sealed record IcmpHeader(byte Type, byte Code, string Meaning)
{
    /// <summary>Whether it reports trouble with a packet, whose beginning it quotes.</summary>
    public bool IsError { get; private init; }

    /// <summary>Who sent the packet that it is about; null if it is about none, or that has no ports.</summary>
    public IPEndPoint? AboutSource { get; internal init; }

    /// <summary>For whom that packet was; null if it is about none, or that has no ports.</summary>
    public IPEndPoint? AboutDestination { get; internal init; }

    /// <summary>The header of that packet; null if it is about none.</summary>
    internal IpHeader? About { get; init; }

    /// <summary>What it says, and if that has no name here, its numbers.</summary>
    internal string Label => Meaning.Length > 0 ? Meaning : InvariantText.Format($"type {Type}, code {Code}");

    /// <summary>Reads the beginning of a message.</summary>
    /// <param name="reader">Where it begins.</param>
    /// <param name="bytes">All bytes of the packet.</param>
    /// <param name="ip">The header before it.</param>
    /// <param name="sent">How many bytes the message had when it was sent.</param>
    /// <exception cref="TruncatedException">The bytes end inside it.</exception>
    internal static IcmpHeader Read(FieldReader reader, ReadOnlyMemory<byte> bytes, IpHeader ip, int sent)
    {
        var isVersion6 = ip.Protocol == IpProtocol.IcmpV6;
        var message = bytes[reader.Offset..reader.End];
        var type = reader.Number8("type", value => NameOf(value, isVersion6));
        var isEcho = (isVersion6, type) is (false, 0 or 8) or (true, 128 or 129);
        // Where the type has said it, the code does not say it again.
        var code = reader.Number8("code", value =>
            MeaningOf(type, value, isVersion6) is var meaning && meaning == NameOf(type, isVersion6) ? "" : meaning);
        reader.Number16("checksum", value => Checksums.Judge(ip, message.Span, sent, value), hex: true);
        if (isEcho)
        {
            reader.Number16("identifier", _ => "whose echo it is: the same in request and reply");
            reader.Number16("sequence number", _ => "which echo of those");
        }
        else
        {
            reader.Bytes("depends on the type", 4);
        }

        return new IcmpHeader(type, code, MeaningOf(type, code, isVersion6))
        {
            IsError = isVersion6 ? type is >= 1 and <= 4 : type is 3 or 4 or 5 or 11 or 12,
        };
    }

    private static string NameOf(byte type, bool isVersion6) => (isVersion6, type) switch
    {
        (false, 0) or (true, 129) => "echo reply",
        (false, 3) or (true, 1) => "destination unreachable",
        (false, 4) => "source quench",
        (false, 5) or (true, 137) => "redirect",
        (false, 8) or (true, 128) => "echo request",
        (false, 9) or (true, 134) => "router advertisement",
        (false, 10) or (true, 133) => "router solicitation",
        (false, 11) or (true, 3) => "time exceeded",
        (false, 12) or (true, 4) => "parameter problem",
        (false, 13) => "timestamp request",
        (false, 14) => "timestamp reply",
        (true, 2) => "packet too big",
        (true, 130) => "group query",
        (true, 131 or 143) => "group report",
        (true, 132) => "group left",
        (true, 135) => "neighbor solicitation",
        (true, 136) => "neighbor advertisement",
        _ => "",
    };

    /// <summary>
    /// Type and code in words, more exactly than by the type where the code says more; empty for those that have no name here.
    /// </summary>
    internal static string MeaningOf(byte type, byte code, bool isVersion6) => (isVersion6, type, code) switch
    {
        (false, 3, 0) or (true, 1, 0) => "network unreachable",
        (false, 3, 1) or (true, 1, 3) => "host unreachable",
        (false, 3, 2) => "protocol unreachable",
        (false, 3, 3) or (true, 1, 4) => "port unreachable",
        (false, 3, 4) or (true, 2, _) => "too big to pass",
        (false, 3, 9 or 10 or 13) or (true, 1, 1) => "forbidden on the way",
        (false, 11, 0) or (true, 3, 0) => "time to live exceeded",
        (false, 11, 1) or (true, 3, 1) => "fragments missing for too long",
        _ => NameOf(type, isVersion6),
    };
}
