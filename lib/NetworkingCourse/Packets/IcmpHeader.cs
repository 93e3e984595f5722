using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The beginning of an ICMP message (RFC 792; RFC 4443 for ICMPv6), and the endpoints of the packet that it is about.
/// </summary>
/// <param name="Type">The type of message: 3 destination unreachable, 8 echo request, 0 echo reply, 11 time exceeded.</param>
/// <param name="Code">Refines the type: code 3 with type 3 means port unreachable.</param>
/// <param name="Meaning">Type and code in words; empty if the parser does not know them.</param>
public sealed record IcmpHeader(byte Type, byte Code, string Meaning)
{
    /// <summary>Whether it reports an error with a packet, whose beginning it quotes.</summary>
    public bool IsError { get; private init; }

    /// <summary>
    /// The source of the packet that the message is about; null if there is no such packet, or it has no ports.
    /// </summary>
    public IPEndPoint? AboutSource { get; internal init; }

    /// <summary>The destination of that packet; null if there is no such packet, or it has no ports.</summary>
    public IPEndPoint? AboutDestination { get; internal init; }

    /// <summary>The IP header of that packet; null if there is no such packet.</summary>
    internal IpHeader? About { get; init; }

    /// <summary>The meaning in words, or the numbers of type and code if they have no name here.</summary>
    internal string Label => Meaning.Length > 0 ? Meaning : InvariantText.Format($"type {Type}, code {Code}");

    /// <summary>Reads the beginning of a message.</summary>
    /// <param name="reader">The reader, positioned at the beginning of the message.</param>
    /// <param name="bytes">All bytes of the packet.</param>
    /// <param name="ip">The IP header before it.</param>
    /// <param name="sent">The length of the message in bytes when it was sent.</param>
    /// <exception cref="TruncatedException">The bytes end inside it.</exception>
    internal static IcmpHeader Read(FieldReader reader, ReadOnlyMemory<byte> bytes, IpHeader ip, int sent)
    {
        var isVersion6 = ip.Protocol == IpProtocol.IcmpV6;
        var message = bytes[reader.Offset..reader.End];
        var type = reader.Number8("type", value => NameOf(value, isVersion6));
        var isEcho = (isVersion6, type) is (false, 0 or 8) or (true, 128 or 129);
        // If the code adds nothing to the type, its meaning is not repeated.
        var code = reader.Number8("code", value =>
            MeaningOf(type, value, isVersion6) is var meaning && meaning == NameOf(type, isVersion6) ? "" : meaning);
        reader.Number16("checksum", value => Checksums.Judge(ip, message.Span, sent, value), hex: true);
        if (isEcho)
        {
            reader.Number16("identifier", _ => "identifies the sender of the echo: the same in request and reply");
            reader.Number16("sequence number", _ => "counts the sender's echo requests");
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
        (true, 132) => "group leave",
        (true, 135) => "neighbor solicitation",
        (true, 136) => "neighbor advertisement",
        _ => "",
    };

    /// <summary>
    /// Puts type and code in words: the meaning of the code if it adds to the type, else the type; empty if unknown here.
    /// </summary>
    internal static string MeaningOf(byte type, byte code, bool isVersion6) => (isVersion6, type, code) switch
    {
        (false, 3, 0) or (true, 1, 0) => "network unreachable",
        (false, 3, 1) or (true, 1, 3) => "host unreachable",
        (false, 3, 2) => "protocol unreachable",
        (false, 3, 3) or (true, 1, 4) => "port unreachable",
        (false, 3, 4) or (true, 2, _) => "packet too big",
        (false, 3, 9 or 10 or 13) or (true, 1, 1) => "administratively prohibited",
        (false, 11, 0) or (true, 3, 0) => "time to live exceeded",
        (false, 11, 1) or (true, 3, 1) => "reassembly time exceeded",
        _ => NameOf(type, isVersion6),
    };
}
