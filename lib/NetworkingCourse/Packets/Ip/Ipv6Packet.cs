using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>An IPv6 packet: a header, any extension headers, and a payload.</summary>
/// <param name="header">The header.</param>
/// <param name="protocol">The protocol of the payload.</param>
/// <param name="payload">The payload; not copied. After a fragment header, only this fragment's part of it.</param>
public sealed class Ipv6Packet(Ipv6Header header, IpProtocol protocol, ReadOnlyMemory<byte> payload) : Shown
{
    // No sender needs more. A packet full of them is only meant to waste time (RFC 8504, section 5.3, lets hosts limit them).
    private const int MaxExtensions = 8;

    /// <summary>The header.</summary>
    public Ipv6Header Header { get; } = header;

    /// <summary>The extension headers, in order. None follows a fragment header: what does is data of the fragment.</summary>
    public IReadOnlyList<Ipv6Extension> Extensions { get; init; } = [];

    /// <summary>The protocol of the payload, after all headers.</summary>
    public IpProtocol Protocol { get; } = protocol;

    /// <summary>The payload: the bytes after all headers.</summary>
    public ReadOnlyMemory<byte> Payload { get; } = payload;

    /// <summary>The length of the packet including all headers, in bytes.</summary>
    public int Length => Ipv6Header.Length + ExtensionsLength + Payload.Length;

    /// <summary>The fragment header; null if there is none.</summary>
    public Ipv6Extension? Fragment =>
        Extensions.FirstOrDefault(extension => extension.Type == IpProtocol.Fragment);

    private int ExtensionsLength => Extensions.Sum(extension => extension.Length);

    /// <summary>The bytes of the packet as sent.</summary>
    /// <exception cref="ArgumentException">The value of a field does not fit into its header.</exception>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        IpProtocol After(int extension) => extension < Extensions.Count ? Extensions[extension].Type : Protocol;
        Header.WriteTo(bytes, After(0), ExtensionsLength + Payload.Length);
        var at = Ipv6Header.Length;
        foreach (var (i, extension) in Extensions.Index())
        {
            extension.WriteTo(bytes.AsSpan(at), After(i + 1));
            at += extension.Length;
        }

        Payload.Span.CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>Parses a packet. Its bytes are not copied.</summary>
    /// <exception cref="FormatException">The bytes are not a valid packet; the exception's text says why.</exception>
    public static Ipv6Packet Parse(ReadOnlyMemory<byte> bytes) =>
        TryParse(bytes, out var packet, out var problem) ? packet! : throw new FormatException(problem);

    /// <summary>Parses a packet. Its bytes are not copied.</summary>
    /// <param name="bytes">The packet; bytes after its end are ignored.</param>
    /// <param name="packet">The packet; null if the bytes are not valid.</param>
    /// <param name="problem">Why the bytes are not valid; empty if they are.</param>
    /// <returns>Whether the bytes are a valid packet.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out Ipv6Packet? packet, out string problem)
    {
        packet = null;
        if (!Ipv6Header.TryParse(bytes.Span, out var header, out var next, out var payloadLength, out problem))
        {
            return false;
        }

        var rest = bytes.Slice(Ipv6Header.Length, payloadLength);
        var extensions = new List<Ipv6Extension>();
        while (IpProtocols.IsExtension(next) && extensions is not [.., { Type: IpProtocol.Fragment }])
        {
            problem = extensions.Count == MaxExtensions
                    ? InvariantText.Format($"There are more than {MaxExtensions} extension headers.")
                : next == IpProtocol.HopByHopOptions && extensions.Count > 0
                    ? "Hop-by-hop options may only come right after the IPv6 header."
                : "";
            if (problem.Length > 0 || Ipv6Extension.Read(next, rest, out next, out problem) is not { } extension)
            {
                return false;
            }

            extensions.Add(extension);
            rest = rest[extension.Length..];
        }

        packet = new Ipv6Packet(header!, next, rest) { Extensions = extensions };
        return true;
    }

    /// <summary>The bytes of the packet, field by field.</summary>
    public ByteView View() => IpView.Of(ToBytes());

    /// <summary>The packet in one line.</summary>
    public override string ToString()
    {
        var extensions = string.Concat(Extensions.Select(extension =>
            extension.Type == IpProtocol.Fragment && extension.ReadFragment() is var fragment
            ? InvariantText.Format(
                $", fragment of {fragment.Identification} from byte {fragment.Offset:N0} on{(fragment.More ? "" : ", the last")}")
            : $", {IpProtocols.NameOf(extension.Type)}"));
        return $"{Header}{extensions}, {IpProtocols.NameOf(Protocol)}, {Octets.Count(Payload.Length)}";
    }
}
