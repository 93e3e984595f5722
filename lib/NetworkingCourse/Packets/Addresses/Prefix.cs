using System.Globalization;
using System.Numerics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// An address prefix: all addresses that begin with the same bits. It describes a network, a route or a rule. It is written as
/// its lowest address and the number of fixed bits: <c>192.0.2.0/24</c>, <c>2001:db8::/32</c> (RFC 4632, section 3.1; RFC 4291,
/// section 2.3).
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct Prefix : IComparable<Prefix>, IShown
{
    // Half a million parts are enough for any purpose, and fit into memory.
    private const int MaxBitsToSplit = 19;

    /// <summary>Creates a prefix.</summary>
    /// <param name="network">The lowest address: all bits after the first <paramref name="length"/> are 0.</param>
    /// <param name="length">The number of fixed bits: 0 to 32 for IPv4, 0 to 128 for IPv6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or more bits than the address has.</exception>
    /// <exception cref="ArgumentException">A bit after the fixed ones is 1.</exception>
    public Prefix(Address network, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, network.Width);
        if ((network.Bits & ~MaskBits(network.Width, length)) != 0)
        {
            throw new ArgumentException(HostBits(network, length), nameof(network));
        }

        (Network, Length) = (network, length);
    }

    /// <summary>The lowest address.</summary>
    public Address Network { get; }

    /// <summary>The number of fixed bits.</summary>
    public int Length { get; }

    /// <summary>Whether it is an IPv6 prefix.</summary>
    public bool IsV6 => Network.IsV6;

    /// <summary>
    /// The mask: a one for each fixed bit, then zeros. An address is in the prefix if address AND mask equals the network.
    /// </summary>
    public Address Mask => MaskOf(IsV6, Length);

    /// <summary>
    /// The highest address. In IPv4 it is the network's directed broadcast address (RFC 919), unless the prefix has 31 bits or
    /// more (RFC 3021).
    /// </summary>
    public Address Last => Make(Network.Bits | (~MaskBits(Network.Width, Length) & Full(Network.Width)));

    /// <summary>The number of addresses: up to 2^128.</summary>
    public BigInteger Count => BigInteger.One << (Network.Width - Length);

    /// <summary>The prefix of a given length that contains an address.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or more bits than the address has.</exception>
    public static Prefix Of(Address address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, address.Width);
        var bits = address.Bits & MaskBits(address.Width, length);
        return new Prefix(address.IsV6 ? Address.V6(bits) : Address.V4((uint)bits), length);
    }

    /// <summary>Parses a prefix: <c>192.0.2.0/24</c>, <c>192.0.2.0/255.255.255.0</c>, <c>2001:db8::/32</c>.</summary>
    /// <exception cref="FormatException">The text is not a prefix; the exception's text says what was expected.</exception>
    public static Prefix Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var prefix, out var problem) ? prefix : throw new FormatException(problem);
    }

    /// <summary>Parses a prefix.</summary>
    /// <param name="text">The text.</param>
    /// <param name="prefix">The prefix; meaningful only if the text is one.</param>
    /// <param name="problem">Why the text is not a prefix; empty if it is.</param>
    /// <returns>Whether the text is a prefix.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Prefix prefix, out string problem)
    {
        prefix = default;
        var slash = text.IndexOf('/');
        if (slash < 0)
        {
            problem = $"'{Octets.Shorten(text.ToString(), 80)}' is not a prefix: there is no / in it. "
                + "Expected an address, a slash and the number of fixed bits: 192.0.2.0/24.";
            return false;
        }

        if (!Address.TryParse(text[..slash], out var network, out problem)
            || !TryParseLength(text, text[(slash + 1)..], network, out var length, out problem))
        {
            return false;
        }

        var found = Of(network, length);
        if (found.Network != network)
        {
            problem = HostBits(network, length);
            return false;
        }

        prefix = found;
        return true;
    }

    /// <summary>Whether an address is in the prefix. An address of the other IP version never is.</summary>
    public bool Contains(Address address) =>
        address.IsV6 == IsV6 && ((address.Bits ^ Network.Bits) & MaskBits(Network.Width, Length)) == 0;

    /// <summary>
    /// Whether all addresses of another prefix are in this one: the other has at least the same length, and begins with the same
    /// bits.
    /// </summary>
    public bool Contains(Prefix other) => other.Length >= Length && Contains(other.Network);

    /// <summary>Splits the prefix into the longer prefixes that it consists of, in order.</summary>
    /// <param name="length">The length of the parts.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The length is less than the prefix's own, more bits than an address has, or there would be over half a million parts.
    /// </exception>
    public IEnumerable<Prefix> Split(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Network.Width);
        if (length - Length > MaxBitsToSplit)
        {
            var (parts, max) = (BigInteger.One << (length - Length), 1 << MaxBitsToSplit);
            throw new ArgumentOutOfRangeException(nameof(length), InvariantText.Format(
                $"{this} consists of {parts:N0} prefixes of {length} bits; at most {max:N0} can be listed."));
        }

        return Parts(this, length);
    }

    /// <summary>Shows the prefix in binary, with its fixed and free bits.</summary>
    public Table Explain() => new(
        ["", "address", "binary"],
        [
            ["network", Network, Binary(Network)],
            ["mask", Mask, Binary(Mask)],
            ["last", Last, Binary(Last)],
        ],
        InvariantText.Format(
            $"{this}: {Length} bits fixed, {Network.Width - Length} free, {Count:N0} address{(Count.IsOne ? "" : "es")}."));

    /// <summary>
    /// Compares two prefixes by lowest address, and then by length: a prefix comes before all others that it contains.
    /// </summary>
    public int CompareTo(Prefix other) =>
        Network.CompareTo(other.Network) is var order and not 0 ? order : Length.CompareTo(other.Length);

    /// <summary>The prefix as text: <c>192.0.2.0/24</c>.</summary>
    public override string ToString() => InvariantText.Format($"{Network}/{Length}");

    /// <inheritdoc/>
    public string ToHtml() => $"<code>{this}</code>";

    /// <summary>Whether the left prefix precedes the right one.</summary>
    public static bool operator <(Prefix left, Prefix right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left prefix follows the right one.</summary>
    public static bool operator >(Prefix left, Prefix right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left prefix precedes the right one or equals it.</summary>
    public static bool operator <=(Prefix left, Prefix right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left prefix follows the right one or equals it.</summary>
    public static bool operator >=(Prefix left, Prefix right) => left.CompareTo(right) >= 0;

    internal static Address MaskOf(bool isV6, int length) =>
        isV6 ? Address.V6(MaskBits(128, length)) : Address.V4((uint)MaskBits(32, length));

    private static bool TryParseLength(
        ReadOnlySpan<char> text, ReadOnlySpan<char> end, Address network, out int length, out string problem)
    {
        problem = "";
        if (Digits.TryParse(end, out length) && length <= network.Width)
        {
            return true;
        }

        if (!network.IsV6 && end.Contains('.') && Address.TryParse(end, out var mask, out problem))
        {
            length = (int)UInt128.PopCount(mask.Bits);
            problem = MaskOf(isV6: false, length) == mask
                ? ""
                : $"{mask} is not a mask: it has a one after its first zero bit ({Binary(mask)}).";
            return problem.Length == 0;
        }

        if (problem.Length == 0)
        {
            var (all, found) = (Octets.Shorten(text.ToString(), 80), Octets.Shorten(end.ToString(), 30));
            problem = InvariantText.Format(
                $"'{all}' is not a prefix: expected after the /: the number of fixed bits, 0 to {network.Width}, not '{found}'.");
        }

        return false;
    }

    private static string HostBits(Address network, int length) => InvariantText.Format(
        $"{network}/{length} is not a prefix: bits after the first {length} must be 0. {network} is in {Of(network, length)}.");

    // In C# a shift by the full width shifts by nothing: hence the special case of no fixed bits.
    private static UInt128 MaskBits(int width, int length) =>
        length == 0 ? 0 : (Full(width) << (width - length)) & Full(width);

    private static UInt128 Full(int width) => UInt128.MaxValue >> (128 - width);

    private static IEnumerable<Prefix> Parts(Prefix whole, int length)
    {
        var step = length == 0 ? UInt128.Zero : UInt128.One << (whole.Network.Width - length);
        for (var i = 0; i < 1 << (length - whole.Length); i++)
        {
            yield return Of(whole.Make(whole.Network.Bits + step * (UInt128)i), length);
        }
    }

    private static string Binary(Address address)
    {
        var (bytes, group) = (address.ToBytes(), address.IsV6 ? 2 : 1);
        return string.Join(
            address.IsV6 ? ':' : '.',
            bytes.Chunk(group).Select(part =>
                string.Concat(part.Select(value => value.ToString("b8", CultureInfo.InvariantCulture)))));
    }

    private Address Make(UInt128 bits) => IsV6 ? Address.V6(bits) : Address.V4((uint)bits);
}
