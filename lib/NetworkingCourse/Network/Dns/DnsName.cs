using System.Globalization;
using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// A domain name: a sequence of labels from the most specific one up to the root, whose label is empty (RFC 1034, section 3.1).
/// Names are case-insensitive (RFC 4343). They are written with a trailing dot, because nothing can follow the root.
/// </summary>
public sealed class DnsName : IEquatable<DnsName>
{
    /// <summary>The maximum length of a label, in bytes (RFC 1035, section 2.3.4): its length is a 6-bit number.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>
    /// The maximum length of a name on the wire, in bytes, including the length bytes of its labels and of the root.
    /// </summary>
    public const int MaxNameLength = 255;

    private readonly string[] _labels;
    private readonly string _key;

    private DnsName(string[] labels)
    {
        _labels = labels;
        _key = string.Concat(labels.Select(label => Escaped(label).ToLowerInvariant() + "."));
    }

    /// <summary>The root: the name with no labels.</summary>
    public static DnsName Root { get; } = new([]);

    /// <summary>The labels, the most specific first; one character per byte.</summary>
    public IReadOnlyList<string> Labels => _labels;

    /// <summary>The length of the uncompressed name on the wire, in bytes.</summary>
    public int WireLength => _labels.Sum(label => label.Length + 1) + 1;

    /// <summary>The name without its first label; the root is its own parent.</summary>
    public DnsName Parent => _labels.Length <= 1 ? Root : new DnsName(_labels[1..]);

    /// <summary>The name itself, its parent, and so on up to the root.</summary>
    public IEnumerable<DnsName> UpToRoot =>
        Enumerable.Range(0, _labels.Length + 1).Select(skip => skip == 0 ? this : new DnsName(_labels[skip..]));

    /// <summary>Parses a name in its usual text form. The trailing dot is optional here.</summary>
    /// <param name="text">
    /// The name. <c>\.</c> is a dot within a label, and <c>\065</c> the byte 65 (RFC 1035, section 5.1).
    /// </param>
    /// <exception cref="FormatException">The text is not a domain name; the exception's text says why.</exception>
    public static DnsName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text is "." or ""
            ? text == "." ? Root : throw Bad(text, "it is empty; the root is written as a single dot")
            : FromLabels(Split(text));
    }

    /// <summary>Creates a name from its labels, the most specific first.</summary>
    /// <exception cref="FormatException">
    /// A label is empty, too long, or has a character above U+00FF, or the name is too long.
    /// </exception>
    public static DnsName FromLabels(IEnumerable<string> labels)
    {
        var name = new DnsName([.. labels]);
        foreach (var label in name._labels)
        {
            if (label.AsSpan().ContainsAnyExceptInRange('\0', '\xFF'))
            {
                throw Bad(name._key, $"the label '{Octets.Shorten(label, 20)}' has a character that does not fit into a byte");
            }

            if (label.Length is 0 or > MaxLabelLength)
            {
                throw Bad(name._key, label.Length == 0
                    ? "one of its labels is empty"
                    : $"the label '{Octets.Shorten(label, 20)}' has {label.Length} bytes; "
                        + $"at most {MaxLabelLength} are allowed");
            }
        }

        return name.WireLength <= MaxNameLength ? name : throw Bad(
            name._key,
            InvariantText.Format($"it has {name.WireLength} bytes on the wire; at most {MaxNameLength} are allowed"));
    }

    /// <summary>Whether the name equals another or is below it: <c>www.example.test.</c> is within <c>test.</c></summary>
    public bool IsWithin(DnsName other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other._labels.Length <= _labels.Length
            && new DnsName(_labels[(_labels.Length - other._labels.Length)..]).Equals(other);
    }

    /// <summary>Appends another name: <c>www</c> under <c>example.test.</c> is <c>www.example.test.</c></summary>
    /// <exception cref="FormatException">The combined name is too long.</exception>
    public DnsName Under(DnsName other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return FromLabels(_labels.Concat(other._labels));
    }

    /// <summary>
    /// The name for the reverse lookup of an address: for 192.0.2.1 it is <c>1.2.0.192.in-addr.arpa.</c> (RFC 1035, section 3.5;
    /// RFC 3596, section 2.5).
    /// </summary>
    public static DnsName Reverse(Address address) => FromLabels(address.IsV6
        ? address.ToBytes().Reverse()
            .SelectMany(value => new[] { value & 0xF, value >> 4 })
            .Select(digit => digit.ToString("x", CultureInfo.InvariantCulture))
            .Concat(["ip6", "arpa"])
        : address.ToBytes().Reverse()
            .Select(value => value.ToString(CultureInfo.InvariantCulture))
            .Concat(["in-addr", "arpa"]));

    /// <summary>Whether two names are equal; case is ignored.</summary>
    public bool Equals(DnsName? other) => other is not null && _key == other._key;

    /// <summary>Whether two names are equal, ignoring case.</summary>
    public static bool operator ==(DnsName? left, DnsName? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two names differ, ignoring case.</summary>
    public static bool operator !=(DnsName? left, DnsName? right) => !(left == right);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <inheritdoc/>
    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name as text, with a trailing dot.</summary>
    public override string ToString() =>
        _labels.Length == 0 ? "." : string.Concat(_labels.Select(label => Escaped(label) + "."));

    // A character stands for a byte. Printable ASCII without a special meaning is not escaped.
    private static string Escaped(string label) => string.Concat(label.Select(letter => letter switch
    {
        '.' or '\\' or '"' or ';' or '(' or ')' or '@' or '$' => "\\" + letter,
        > ' ' and < '\x7f' => letter.ToString(),
        _ => "\\" + ((int)letter).ToString("000", CultureInfo.InvariantCulture),
    }));

    private static List<string> Split(string text)
    {
        if (text.AsSpan().ContainsAnyExceptInRange('\0', '\x7f'))
        {
            throw Bad(text, "it has characters outside ASCII; names in other scripts are written in Punycode (RFC 3492)");
        }

        var (labels, label) = (new List<string>(), new StringBuilder());
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '.':
                    labels.Add(label.ToString());
                    label.Clear();
                    break;
                case '\\' when i + 3 < text.Length && Digits.TryParse(text.AsSpan(i + 1, 3), out byte value):
                    label.Append((char)value);
                    i += 3;
                    break;
                case '\\' when i + 1 < text.Length && !char.IsAsciiDigit(text[i + 1]):
                    label.Append(text[++i]);
                    break;
                case '\\':
                    throw Bad(text, "a backslash must be followed by three digits up to 255, or by the character itself");
                default:
                    label.Append(text[i]);
                    break;
            }
        }

        if (label.Length > 0 || text[^1] != '.')
        {
            labels.Add(label.ToString());
        }

        return labels;
    }

    private static FormatException Bad(string text, string why) =>
        new($"'{Octets.Shorten(text, 80)}' is not a domain name: {why}.");
}
