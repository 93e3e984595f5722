using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>An IPv4 packet: a header, and what it carries.</summary>
/// <param name="header">The header.</param>
/// <param name="payload">What it carries; not copied.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Ipv4Packet(Ipv4Header header, ReadOnlyMemory<byte> payload) : IShown
{
    /// <summary>The header.</summary>
    public Ipv4Header Header { get; } = header;

    /// <summary>What it carries: a UDP datagram, a TCP segment, an ICMP message, or a fragment of one.</summary>
    public ReadOnlyMemory<byte> Payload { get; } = payload;

    /// <summary>How many bytes it has, header included.</summary>
    public int Length => Header.Length + Payload.Length;

    /// <summary>The packet as it is sent.</summary>
    /// <exception cref="ArgumentException">A field of the header has a value that there is no room for.</exception>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Header.WriteTo(bytes, Payload.Length);
        Payload.Span.CopyTo(bytes.AsSpan(Header.Length));
        return bytes;
    }

    /// <summary>Takes a packet apart. Its bytes are not copied.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static Ipv4Packet Parse(ReadOnlyMemory<byte> bytes) => TryParse(bytes, out var packet, out var problem) ? packet! : throw new FormatException(problem);

    /// <summary>Takes a packet apart. Its bytes are not copied.</summary>
    /// <param name="bytes">The packet; what follows its end is left alone.</param>
    /// <param name="packet">The packet; null if it is none.</param>
    /// <param name="problem">Why it is none; empty if it is one.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out Ipv4Packet? packet, out string problem)
    {
        packet = Ipv4Header.TryParse(bytes, out var header, out var totalLength, out problem) ? new Ipv4Packet(header!, bytes[header!.Length..totalLength]) : null;
        return packet is not null;
    }

    /// <summary>The packet as it is sent, field by field.</summary>
    public ByteView View() => IpView.Of(ToBytes());

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The packet in one line.</summary>
    public override string ToString() => InvariantText.Format($"{Header}, {Payload.Length:N0} byte{(Payload.Length == 1 ? "" : "s")}");
}
