using System.Globalization;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// A domain name: labels, from the most specific to the root, which has no name (RFC 1034, section 3.1). Upper and lower case are the same (RFC 4343).
/// Written with a point at its end, because nothing can follow the root.
/// </summary>
public sealed class DnsName : IEquatable<DnsName>
{
    /// <summary>How many bytes a label has at the most (RFC 1035, section 2.3.4): its length is a number of 6 bits.</summary>
    public const int LongestLabel = 63;

    /// <summary>How many bytes a name has on the wire at the most, the lengths of its labels and the root's included.</summary>
    public const int LongestName = 255;

    private readonly string[] _labels;
    private readonly string _key;

    private DnsName(string[] labels)
    {
        _labels = labels;
        _key = string.Concat(labels.Select(label => Escaped(label).ToLowerInvariant() + "."));
    }

    /// <summary>The root: the name with no labels.</summary>
    public static DnsName Root { get; } = new([]);

    /// <summary>Its labels, the most specific first; one character a byte.</summary>
    public IReadOnlyList<string> Labels => _labels;

    /// <summary>How many bytes it has on the wire, uncompressed.</summary>
    public int WireLength => _labels.Sum(label => label.Length + 1) + 1;

    /// <summary>The name without its first label; the root's is the root.</summary>
    public DnsName Parent => _labels.Length <= 1 ? Root : new DnsName(_labels[1..]);

    /// <summary>The name itself, its parent, and so on up to the root.</summary>
    public IEnumerable<DnsName> UpToRoot => Enumerable.Range(0, _labels.Length + 1).Select(skip => skip == 0 ? this : new DnsName(_labels[skip..]));

    /// <summary>Reads a name as people write it. Whether there is a point at its end makes no difference here.</summary>
    /// <param name="text">The name. <c>\.</c> is a point inside a label, <c>\065</c> the byte 65 (RFC 1035, section 5.1).</param>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static DnsName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text is "." or "" ? text == "." ? Root : throw Bad(text, "it is empty; the root is written as a single point") : FromLabels(Split(text));
    }

    /// <summary>A name from its labels, the most specific first.</summary>
    /// <exception cref="FormatException">A label is empty or too long or not of bytes, or the name is too long.</exception>
    public static DnsName FromLabels(IEnumerable<string> labels)
    {
        var name = new DnsName([.. labels]);
        foreach (var label in name._labels)
        {
            if (label.AsSpan().ContainsAnyExceptInRange('\0', '\xFF'))
            {
                throw Bad(name._key, $"the label '{Octets.Shorten(label, 20)}' has a character that is more than a byte");
            }

            if (label.Length is 0 or > LongestLabel)
            {
                throw Bad(name._key, label.Length == 0 ? "one of its labels is empty" : InvariantText.Format($"the label '{Octets.Shorten(label, 20)}' has {label.Length} bytes, and {LongestLabel} are the most"));
            }
        }

        return name.WireLength <= LongestName ? name : throw Bad(name._key, InvariantText.Format($"it has {name.WireLength} bytes on the wire, and {LongestName} are the most"));
    }

    /// <summary>Whether it is another name, or below it: <c>www.example.test.</c> is within <c>test.</c></summary>
    public bool IsWithin(DnsName other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other._labels.Length <= _labels.Length && new DnsName(_labels[(_labels.Length - other._labels.Length)..]).Equals(other);
    }

    /// <summary>The name below another: <c>www</c> under <c>example.test.</c> is <c>www.example.test.</c></summary>
    /// <exception cref="FormatException">Together they are too long.</exception>
    public DnsName Under(DnsName other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return FromLabels(_labels.Concat(other._labels));
    }

    /// <summary>The name under which an address is looked up backwards: 192.0.2.1 is <c>1.2.0.192.in-addr.arpa.</c> (RFC 1035, section 3.5; RFC 3596, section 2.5).</summary>
    public static DnsName Reverse(Address address) => FromLabels(address.IsV6
        ? address.ToBytes().Reverse().SelectMany(value => new[] { value & 0xF, value >> 4 }).Select(digit => digit.ToString("x", CultureInfo.InvariantCulture)).Concat(["ip6", "arpa"])
        : address.ToBytes().Reverse().Select(value => value.ToString(CultureInfo.InvariantCulture)).Concat(["in-addr", "arpa"]));

    /// <summary>Whether it is the same name, whatever its letters' case.</summary>
    public bool Equals(DnsName? other) => other is not null && _key == other._key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <inheritdoc/>
    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name as people write it, with a point at its end.</summary>
    public override string ToString() => _labels.Length == 0 ? "." : string.Concat(_labels.Select(label => Escaped(label) + "."));

    // One character a byte. What cannot be mistaken is written as it is.
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
            throw Bad(text, "it has letters that are not in ASCII; names in other scripts are written in Punycode (RFC 3492)");
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
                    throw Bad(text, "after a backslash stand three digits up to 255, or the character itself");
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

    private static FormatException Bad(string text, string why) => new($"'{Octets.Shorten(text, 80)}' is no domain name: {why}.");
}
