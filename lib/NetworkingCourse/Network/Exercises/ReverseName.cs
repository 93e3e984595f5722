using System.Net;
using NetworkingCourse.Checking;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.4: the name under which the name of an address is found.</summary>
    public static ReverseNameExercise ReverseName { get; } = new();
}

/// <summary>The learner turns an address into a name of the reverse tree.</summary>
public sealed class ReverseNameExercise : CaseExercise<ReverseNameExercise.Answer, byte[]>
{
    private const int RandomCases = 40;
    private const int Ipv4Length = 4;
    private const int Ipv6Length = 16;

    internal ReverseNameExercise()
        : base(new ExerciseText(
            "3-network/4-resolving-names.ipynb", "3.4", 2, nameof(Exercises.ReverseName),
            "The name of an address, reversed",
            "`address` holds the bytes of an address in network byte order: 4 for IPv4, 16 for IPv6. Return the name under "
                + "which the reverse tree has the address. For IPv4: the four bytes as decimal numbers, the last one first, "
                + "then `in-addr.arpa.`, as in `80.2.0.192.in-addr.arpa.` for 192.0.2.80. For IPv6: all 32 nibbles as "
                + "hexadecimal digits, the last one first, then `ip6.arpa.` Each label is followed by a dot, the last one "
                + "too. Small and capital letters are the same in names. Do not change the array.",
            [
                "Go through the array from its last byte to its first. For IPv6, each byte becomes two labels. Which half of "
                    + "the byte comes first: the high one or the low one?",
                "For IPv4, append `$\"{address[i]}.\"`, with `i` from 3 down to 0. For IPv6, append `$\"{address[i] & "
                    + "0xF:x}.{address[i] >> 4:x}.\"`, with `i` from 15 down to 0. Then append the end.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 10;

    /// <summary>The learner's method.</summary>
    /// <param name="address">The address in network byte order: 4 or 16 bytes.</param>
    /// <returns>
    /// The name below <c>in-addr.arpa.</c> (RFC 1035, section 3.5) or <c>ip6.arpa.</c> (RFC 3596, section 2.5), with a dot at its
    /// end. The case of letters does not matter (RFC 4343).
    /// </returns>
    public delegate string Answer(byte[] address);

    internal override Answer Reference { get; } = address => $"{DnsName.Reverse(Address.FromBytes(address))}";

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "keeps the order of the address",
            "Your method writes the address in its usual order. In an address, the network comes first; in a name, the most "
                + "specific label comes first. DNS delegates from the end of a name: `2.0.192.in-addr.arpa.` belongs to the "
                + "owner of 192.0.2.0/24. With your order, the question goes to the owner of quite another network. Begin "
                + "with the last byte.",
            address => Form(address, [.. Decimal(address).Reverse()], [.. Nibbles(address).Reverse()])),
        new(
            "forgets the dot at the end",
            "Your method leaves out the last dot. Most programs would find the name even so. But in a zone file, a name "
                + "without this dot is inside the zone, and `in-addr.arpa` would appear twice in it. The task asks for the "
                + "complete form: each label with its dot, the last one too.",
            address => Right(address)[..^1]),
        new(
            "reverses the characters",
            "Your method reverses the text of the address character by character. So 80 becomes 08, and 192 becomes 291, "
                + "which is no byte at all. The order of the labels changes, but each number keeps its digits. Split the text "
                + "at the dots, or better, use the bytes.",
            address => Form(address, [string.Concat($"{new IPAddress(address)}".Reverse())], Nibbles(address))),
        new(
            "writes IPv4 in hexadecimal",
            "Your method writes the bytes of an IPv4 address as hexadecimal numbers. Below `in-addr.arpa.` they are decimal, "
                + "and one label for each byte (RFC 1035, section 3.5). Only IPv6 uses hexadecimal digits. A label such as "
                + "`c0` does not exist there.",
            address => Form(address, [.. address.Reverse().Select(value => $"{value:x}")], Nibbles(address))),
        new(
            "changes the array",
            "Your method reverses the caller's array, as `Array.Reverse` does. The name is right, but the caller's address is "
                + "now another one: its next packet goes to 80.2.0.192. Go through the array backwards, or reverse a copy.",
            address =>
            {
                var name = Right(address);
                Array.Reverse(address);
                return name;
            }),
        new(
            "puts IPv6 below in-addr.arpa",
            "Your method ends both versions with `in-addr.arpa.` This tree has names for IPv4 only, so the resolver says that "
                + "the name of an IPv6 address does not exist. The nibbles of an IPv6 address belong below `ip6.arpa.` (RFC "
                + "3596, section 2.5).",
            address => string.Join('.', address.Length == Ipv4Length ? Decimal(address) : Nibbles(address)) + ".in-addr.arpa."),
        new(
            "treats IPv6 like IPv4",
            "Your method writes 16 decimal numbers and `in-addr.arpa.` for an IPv6 address. This tree has names for IPv4 "
                + "only, and the resolver says that yours does not exist. Look at the length of the array. For 16 bytes, "
                + "write 32 hexadecimal digits, two for each byte, and then `ip6.arpa.` (RFC 3596, section 2.5).",
            address => string.Join('.', Decimal(address)) + ".in-addr.arpa."),
        new(
            "writes one label for each byte",
            "Your method writes two hexadecimal digits in one label. Below `ip6.arpa.` each digit is a label of its own. In "
                + "this way, a network can be delegated at every fourth bit, a /36 or a /44 for example, and not only at "
                + "every eighth.",
            address => Form(address, Decimal(address), [.. address.Reverse().Select(value => $"{value:x2}")])),
        new(
            "reverses only the bytes",
            "Your method takes the bytes from the last to the first, but the high nibble of each byte before its low nibble. "
                + "The address ends with the low one. So the two labels of each byte have changed places, and the name is "
                + "that of another address. First the low nibble, `value & 0xF`, then the high one, `value >> 4`.",
            address => Form(
                address, Decimal(address), [.. address.Reverse().SelectMany(value => $"{value:x2}").Select(char.ToString)])),
        new(
            "reverses the short form",
            "Your method takes the digits of the address from its text. The text leaves out zeros: `::` stands for as many as "
                + "are missing, and `db8` for `0db8`. A name in the reverse tree always has 32 digits. With fewer, you ask "
                + "for a name that is not there. Use the bytes.",
            address => Form(
                address, Decimal(address), Digits(string.Concat($"{new IPAddress(address)}".Where(char.IsAsciiHexDigit))))),
        new(
            "leaves out the zero in front",
            "Your method writes only one digit for a byte below 16, because it turns the whole byte into text: `x` writes 1 "
                + "for the byte 0x01, where `x2` writes 01. Each byte has two nibbles, even if one of them is zero. If one is "
                + "missing, all labels after it are in the wrong place.",
            address => Form(address, Decimal(address), Digits(string.Concat(address.Select(value => $"{value:x}"))))),
        new(
            "writes nibbles as decimal numbers",
            "Your method writes a nibble above 9 as a decimal number of two digits: `13` where `d` should be. The address "
                + "looks right as long as all its digits are below a. Each label is one hexadecimal digit: `ToString(\"x\")`.",
            address => Form(address, Decimal(address), [.. address.Reverse()
                .SelectMany(value => new[] { value & 0xF, value >> 4 }).Select(nibble => $"{nibble}")])),
    ];

    private protected override IEnumerable<byte[]> Cases(Random random)
    {
        string[] addresses =
        [
            "192.0.2.80", "198.51.100.7", "10.0.0.1", "127.0.0.1", "203.0.113.255", "0.0.0.0",
            "2001:db8::80", "2001:db8:4c0:9::1f", "fe80::250:56ff:feab:cdef", "::1", "::ffff:192.0.2.80",
        ];
        foreach (var address in addresses)
        {
            yield return IPAddress.Parse(address).GetAddressBytes();
        }

        for (var i = 0; i < RandomCases; i++)
        {
            var address = new byte[i % 3 > 0 ? Ipv4Length : Ipv6Length];
            random.NextBytes(address);
            // Addresses of real networks have many zeros.
            for (var at = 0; at < address.Length; at++)
            {
                address[at] = (byte)(random.Next(4) == 0 ? 0 : address[at] >> 4 * random.Next(2));
            }

            yield return address;
        }
    }

    private protected override object? Apply(Answer answer, byte[] arguments)
    {
        byte[] given = [.. arguments];
        var name = answer(given)?.ToLowerInvariant();
        return given.SequenceEqual(arguments)
            ? name
            : new Said($"`{Present.Line(name)}`, and the array is changed: it is now {Address.FromBytes(given)}");
    }

    private protected override string Describe(byte[] arguments) => $"gave your method the bytes of {new IPAddress(arguments)}";

    private static string Right(byte[] address) => Form(address, Decimal(address), Nibbles(address));

    private static string[] Decimal(byte[] address) => [.. address.Reverse().Select(value => $"{value}")];

    private static string[] Nibbles(byte[] address) => Digits(Convert.ToHexStringLower(address));

    // One label for each digit, the last digit first.
    private static string[] Digits(string digits) => [.. digits.Reverse().Select(char.ToString)];

    private static string Form(byte[] address, string[] ofIpv4, string[] ofIpv6) => address.Length == Ipv4Length
        ? string.Join('.', ofIpv4) + ".in-addr.arpa."
        : string.Join('.', ofIpv6) + ".ip6.arpa.";
}
