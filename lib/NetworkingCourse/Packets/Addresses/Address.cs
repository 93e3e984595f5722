using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// An IP address: a number of 32 bits (IPv4, RFC 791) or 128 bits (IPv6, RFC 4291). Dots and colons only belong to its text form.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct Address : IComparable<Address>, IShown
{
    // ::ffff:0:0/96 (RFC 4291, section 2.5.5.2).
    private static readonly UInt128 MappedBits = (UInt128)0xFFFF << 32;

    private Address(UInt128 bits, bool isV6) => (Bits, IsV6) = (bits, isV6);

    /// <summary>The number. An IPv4 address uses only the lower 32 bits.</summary>
    public UInt128 Bits { get; }

    /// <summary>Whether it is an IPv6 address.</summary>
    public bool IsV6 { get; }

    /// <summary>The number of bits: 32 or 128.</summary>
    public int Width => IsV6 ? 128 : 32;

    /// <summary>
    /// Whether it is an IPv4-mapped IPv6 address, such as <c>::ffff:192.0.2.1</c> (RFC 4291, section 2.5.5.2).
    /// </summary>
    public bool IsMapped => IsV6 && Bits >> 32 == 0xFFFF;

    /// <summary>Whether it is a loopback address: in 127.0.0.0/8, or ::1.</summary>
    public bool IsLoopback => IsV6 ? Bits == 1 : Bits >> 24 == 127;

    /// <summary>
    /// Whether it is a multicast address: in 224.0.0.0/4 (RFC 5771), or in ff00::/8 (RFC 4291, section 2.7).
    /// </summary>
    public bool IsMulticast => IsV6 ? Bits >> 120 == 0xFF : Bits >> 28 == 0xE;

    /// <summary>Creates an IPv4 address from its number.</summary>
    public static Address V4(uint bits) => new(bits, isV6: false);

    /// <summary>Creates an IPv6 address from its number.</summary>
    public static Address V6(UInt128 bits) => new(bits, isV6: true);

    /// <summary>Creates an address from its bytes in network byte order.</summary>
    /// <param name="bytes">4 or 16 bytes.</param>
    /// <exception cref="ArgumentException">There are neither 4 nor 16 bytes.</exception>
    public static Address FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => V4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => V6(BinaryPrimitives.ReadUInt128BigEndian(bytes)),
        _ => throw new ArgumentException(
            InvariantText.Format($"An address has 4 or 16 bytes, not {bytes.Length}."), nameof(bytes)),
    };

    /// <summary>
    /// Parses an address in text form: <c>192.0.2.1</c>, <c>2001:db8::1</c>, <c>::ffff:192.0.2.1</c>.
    /// </summary>
    /// <exception cref="FormatException">
    /// The text is not an address; the exception's text says what was expected.
    /// </exception>
    public static Address Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var address, out var problem) ? address : throw new FormatException(problem);
    }

    /// <summary>Parses an address in text form.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address; meaningful only if the text is one.</param>
    /// <param name="problem">Why the text is not an address; empty if it is.</param>
    /// <returns>Whether the text is an address.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Address address, out string problem)
    {
        if (text.Contains(':'))
        {
            var isV6 = Ipv6Text.TryParse(text, out var bits, out problem);
            address = V6(bits);
            return isV6;
        }

        var isV4 = Ipv4Text.TryParse(text, out var number, out problem);
        address = V4(number);
        return isV4;
    }

    /// <summary>Converts an <see cref="IPAddress"/>. Its zone, if any, is not part of the address and is lost.</summary>
    public static Address From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return FromBytes(address.GetAddressBytes());
    }

    /// <summary>
    /// The IPv4-mapped form, in which an IPv6 socket sees an IPv4 address; an IPv6 address is returned unchanged.
    /// </summary>
    public Address Mapped() => IsV6 ? this : V6(MappedBits | Bits);

    /// <summary>The IPv4 address inside an IPv4-mapped one; any other address is returned unchanged.</summary>
    public Address Unmapped() => IsMapped ? V4((uint)Bits) : this;

    /// <summary>The number of an IPv4 address as 32 bits.</summary>
    /// <exception cref="InvalidOperationException">It is an IPv6 address.</exception>
    public uint ToUInt32() =>
        IsV6 ? throw new InvalidOperationException($"{this} has 128 bits, not 32.") : (uint)Bits;

    /// <summary>The 4 or 16 bytes of the address, in network byte order.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Width / 8];
        WriteTo(bytes);
        return bytes;
    }

    /// <summary>Writes the bytes of the address in network byte order.</summary>
    /// <param name="destination">The destination; at least 4 bytes long for IPv4, 16 for IPv6.</param>
    public void WriteTo(Span<byte> destination)
    {
        if (IsV6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(destination, Bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Bits);
        }
    }

    /// <summary>The address as an <see cref="IPAddress"/>.</summary>
    public IPAddress ToIPAddress() => new(ToBytes());

    /// <summary>The address and a port as an <see cref="IPEndPoint"/>.</summary>
    public IPEndPoint WithPort(int port) => new(ToIPAddress(), port);

    /// <summary>
    /// The parts of the address as a table: the bytes of IPv4 in decimal, hexadecimal and binary, or the 16-bit groups of IPv6 in
    /// hexadecimal and binary.
    /// </summary>
    public Table Explain()
    {
        var (bits, isV6, width, size) = (Bits, IsV6, Width, IsV6 ? 16 : 8);
        var parts = Enumerable.Range(0, width / size)
            .Select(i => (int)((bits >> (width - (i + 1) * size)) & ((UInt128.One << size) - 1)));
        var rows = parts.Select(IReadOnlyList<object?> (part, i) => isV6
            ? [i + 1, part.ToString("x4", CultureInfo.InvariantCulture), part.ToString("b16", CultureInfo.InvariantCulture)]
            : [
                i + 1,
                part,
                part.ToString("x2", CultureInfo.InvariantCulture),
                part.ToString("b8", CultureInfo.InvariantCulture),
            ]);
        return new Table(
            IsV6 ? ["group", "hexadecimal", "binary"] : ["byte", "decimal", "hexadecimal", "binary"], rows,
            IsV6 ? $"{this}: 8 groups of 16 bits." : InvariantText.Format($"{this}: the number {ToUInt32():N0}."));
    }

    /// <summary>
    /// Shows how the canonical text of an IPv6 address is formed, rule by rule (RFC 5952). An IPv4 address has only one text
    /// form.
    /// </summary>
    public Table Shorten() => IsV6
        ? new Table(
            ["the rules of RFC 5952", "the text"],
            Ipv6Text.Steps(Bits).Select(IReadOnlyList<object?> (step) => [step.Rule, step.Text]))
        : new Table(["the rule", "the text"], [["four decimal numbers, without leading zeros", this]]);

    /// <summary>Compares two addresses: IPv4 comes before IPv6, and then the lower number comes first.</summary>
    public int CompareTo(Address other) =>
        IsV6 == other.IsV6 ? Bits.CompareTo(other.Bits) : IsV6.CompareTo(other.IsV6);

    /// <summary>The canonical text: four decimal numbers for IPv4, the form of RFC 5952 for IPv6.</summary>
    public override string ToString() => IsV6 ? Ipv6Text.Format(Bits) : Ipv4Text.Format((uint)Bits);

    /// <inheritdoc/>
    public string ToHtml() => $"<code>{this}</code>";

    /// <summary>The corresponding address family of .NET's sockets.</summary>
    internal AddressFamily Family => IsV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    /// <summary>Whether the left address precedes the right one.</summary>
    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left address follows the right one.</summary>
    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left address precedes the right one or equals it.</summary>
    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left address follows the right one or equals it.</summary>
    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;
}
