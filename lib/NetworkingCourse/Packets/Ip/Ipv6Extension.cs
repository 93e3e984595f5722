using System.Buffers.Binary;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>An extension header, which IPv6 puts between its header and the payload (RFC 8200, section 4).</summary>
/// <param name="Type">The kind of header: hop-by-hop options, destination options, routing, or fragment.</param>
/// <param name="Body">
/// The content after the two bytes for the next header and the header's own length: 6, 14, 22 … bytes; for a fragment header, its
/// last 6 bytes.
/// </param>
public sealed record Ipv6Extension(IpProtocol Type, ReadOnlyMemory<byte> Body)
{
    private const int HeadLength = 2;
    private const int FragmentBody = 6;
    private const int MaxBodyLength = 255 * 8 + FragmentBody;

    /// <summary>The length of the header in bytes: a multiple of 8.</summary>
    public int Length => HeadLength + Body.Length;

    /// <summary>Creates a fragment header.</summary>
    /// <param name="offset">
    /// The offset of this fragment in the fragmentable part of the original packet, in bytes: a multiple of 8, up to 65,528.
    /// </param>
    /// <param name="more">Whether more fragments follow.</param>
    /// <param name="identification">The number that all fragments of a packet share.</param>
    public static Ipv6Extension Fragment(int offset, bool more, uint identification)
    {
        if (offset is < 0 or > 65_528 || offset % 8 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), InvariantText.Format(
                $"A fragment cannot begin at byte {offset:N0}: offsets are multiples of 8, up to 65,528."));
        }

        var body = new byte[FragmentBody];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)(offset | (more ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(2), identification);
        return new Ipv6Extension(IpProtocol.Fragment, body);
    }

    /// <summary>Reads the fields of a fragment header.</summary>
    /// <exception cref="InvalidOperationException">It is a different extension header.</exception>
    public (int Offset, bool More, uint Identification) ReadFragment()
    {
        if (Type != IpProtocol.Fragment)
        {
            throw new InvalidOperationException($"This is not a fragment header; it is: {IpProtocols.NameOf(Type)}.");
        }

        var word = BinaryPrimitives.ReadUInt16BigEndian(Body.Span);
        return (word & 0xFFF8, (word & 1) != 0, BinaryPrimitives.ReadUInt32BigEndian(Body.Span[2..]));
    }

    internal void WriteTo(Span<byte> destination, IpProtocol next)
    {
        if (!IpProtocols.IsExtension(Type)
            || Body.Length % 8 != FragmentBody
            || Body.Length > MaxBodyLength
            || (Type == IpProtocol.Fragment && Body.Length != FragmentBody))
        {
            throw new ArgumentException(InvariantText.Format(
                $"{IpProtocols.NameOf(Type)} with {Body.Length} bytes is not an extension header")
                + ": it has 6 bytes, or, unless it is a fragment header, a multiple of 8 more.");
        }

        // In a fragment header the second byte is reserved, because its length never changes.
        (destination[0], destination[1]) = ((byte)next, (byte)(Type == IpProtocol.Fragment ? 0 : Body.Length / 8));
        Body.Span.CopyTo(destination[HeadLength..]);
    }

    /// <summary>
    /// Reads the extension header at the start of some bytes; returns null, and the reason, if there are too few of them.
    /// </summary>
    internal static Ipv6Extension? Read(
        IpProtocol type, ReadOnlyMemory<byte> bytes, out IpProtocol next, out string problem)
    {
        next = bytes.Length > 0 ? (IpProtocol)bytes.Span[0] : IpProtocol.NoNextHeader;
        var length = bytes.Length < 8 || type == IpProtocol.Fragment ? 8 : (bytes.Span[1] + 1) * 8;
        problem = length > bytes.Length
            ? InvariantText.Format(
                $"The extension header '{IpProtocols.NameOf(type)}' has {length:N0} bytes, but {bytes.Length:N0} are left.")
            : "";
        return problem.Length > 0 ? null : new Ipv6Extension(type, bytes[HeadLength..length]);
    }
}
