using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.11: an IPv6 address from a prefix and a card's address, and its group.</summary>
    public static SlaacAddressExercise SlaacAddress { get; } = new();
}

/// <summary>The learner forms an address, and the group in which others ask for it.</summary>
public sealed class SlaacAddressExercise : CaseExercise<SlaacAddressExercise.Answer, SlaacAddressExercise.Given>
{
    private const int RandomCases = 30;
    private const byte Universal = 0x02;

    internal SlaacAddressExercise()
        : base(new ExerciseText(
            "3-network/11-a-hosts-first-minute.ipynb", "3.11", 2, nameof(Exercises.SlaacAddress),
            "An address from a prefix and a card",
            "A router has advertised a prefix of 64 bits; `prefix` holds its 8 bytes. `card` holds the 6 bytes of the host's own "
                + "card. Return two IPv6 addresses of 16 bytes. The first is the host's address: the prefix, then the card's "
                + "address with `ff fe` in its middle and with the universal bit, 0x02 of its first byte, inverted. The second "
                + "is the address's solicited-node group: `ff02::1:ff00:0` with the last 24 bits of the address. Leave both "
                + "arrays as they are.",
            [
                "Which bytes of the card come before `ff fe`, and which after? Inverting is not the same as setting: some cards "
                    + "have the bit already.",
                "`[.. prefix, (byte)(card[0] ^ 2), card[1], card[2], 0xFF, 0xFE, card[3], card[4], card[5]]` is the address. "
                    + "The group begins with `ff 02`, nine zeros, 1 and `ff`; its last three bytes are those of the address.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 5;

    /// <summary>The learner's method.</summary>
    /// <param name="prefix">The first 8 bytes of the address.</param>
    /// <param name="card">The 6 bytes of the card's address.</param>
    /// <returns>
    /// The host's address and its solicited-node group, 16 bytes each (RFC 4291, appendix A and section 2.7.1).
    /// </returns>
    public delegate (byte[] Own, byte[] Group) Answer(byte[] prefix, byte[] card);

    internal override Answer Reference { get; } = (prefix, card) =>
    {
        var own = Ipv6Addressing.AddressOf(new Prefix(Address.FromBytes([.. prefix, .. new byte[8]]), 64), MacAddress.Read(card));
        return (own.ToBytes(), Ipv6Addressing.SolicitedNode(own).ToBytes());
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "leaves the universal bit as it is",
            "Your method does not touch the bit 0x02 of the card's first byte. It has to be inverted, so that an administrator "
                + "can write short identifiers such as `::1` by hand, and they count as local (RFC 4291, section 2.5.1).",
            (prefix, card) => Both([.. prefix, .. card[..3], 0xFF, 0xFE, .. card[3..]])),
        new(
            "sets the universal bit",
            "Your method sets the bit 0x02. It has to be inverted: a card whose address was made up, as on virtual machines, "
                + "has the bit set, and loses it here. `^`, not `|`.",
            (prefix, card) => Both([.. prefix, (byte)(card[0] | Universal), .. card[1..3], 0xFF, 0xFE, .. card[3..]])),
        new(
            "clears the universal bit",
            "Your method clears the bit 0x02. It has to be inverted: most cards come from a factory with the bit 0, and then it "
                + "is 1 in the address. `^ 0x02`, not `& ~0x02`.",
            (prefix, card) => Both([.. prefix, (byte)(card[0] & ~Universal), .. card[1..3], 0xFF, 0xFE, .. card[3..]])),
        new(
            "inverts the group bit",
            "Your method inverts the lowest bit of the card's first byte. That bit marks groups. The universal bit is the one "
                + "beside it, 0x02.",
            (prefix, card) => Both([.. prefix, (byte)(card[0] ^ 1), .. card[1..3], 0xFF, 0xFE, .. card[3..]])),
        new(
            "fills up with zeros in front",
            "Your method puts two zeros before the card's address, where `ff fe` should be in the middle. The identifier has 64 "
                + "bits and the address of a card 48: the middle is where the maker's half ends and the serial number begins.",
            (prefix, card) => Both([.. prefix, 0, 0, (byte)(card[0] ^ Universal), .. card[1..]])),
        new(
            "puts zeros in the middle",
            "Your method puts two zeros in the middle of the card's address. `ff fe` belongs there: these bytes show "
                + "that the identifier comes from a 48-bit address (RFC 4291, appendix A).",
            (prefix, card) => Both([.. prefix, (byte)(card[0] ^ Universal), .. card[1..3], 0, 0, .. card[3..]])),
        new(
            "writes fe ff",
            "Your method writes `fe ff`. In this order they are not the mark: first `ff`, then `fe`.",
            (prefix, card) => Both([.. prefix, (byte)(card[0] ^ Universal), .. card[1..3], 0xFE, 0xFF, .. card[3..]])),
        new(
            "puts the mark at the end",
            "Your method puts `ff fe` before the card's address or after it. They belong in the middle, after three bytes.",
            (prefix, card) => Both([.. prefix, (byte)(card[0] ^ Universal), .. card[1..], 0xFF, 0xFE])),
        new(
            "takes 32 bits for the group",
            "Your group has the last 32 bits of the address. It takes 24: the byte before them is always `ff`. Others ask in "
                + "another group than the one in which your host listens, and never find it.",
            (prefix, card) => Formed(prefix, card) is var own ? (own, [.. Head[..12], .. own[12..]]) : default),
        new(
            "makes the group from the prefix",
            "Your group has the last bits of the prefix. All hosts of the link share them, so all of them would be disturbed by "
                + "each question, as with broadcast. Take the last 24 bits of the whole address.",
            (prefix, card) => Formed(prefix, card) is var own ? (own, [.. Head, .. own[5..8]]) : default),
        new(
            "changes the card's bytes",
            "Your method writes into the array that it was given. The addresses are right, but the caller's card now has another "
                + "one, and the next call gives another result. Invert the bit in a copy.",
            (prefix, card) =>
            {
                card[0] ^= Universal;
                return Both([.. prefix, .. card[..3], 0xFF, 0xFE, .. card[3..]]);
            }),
    ];

    private static byte[] Head => [0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF];

    private protected override IEnumerable<Given> Cases(Random random)
    {
        yield return new("2001:db8:1:2::", 0x0050_56AB_CDEF);
        yield return new("fe80::", 0x0050_56AB_CDEF);
        yield return new("2001:db8:1:2::", 0x0250_56AB_CDEF);
        yield return new("2001:db8:ffff:ffff::", 0xACDE_4812_3456);
        for (var i = 0; i < RandomCases; i++)
        {
            var card = (ulong)random.NextInt64(1L << 48) & ~(1UL << 40);
            yield return new($"2001:db8:{random.Next(1, 0x10000):x}:{random.Next(1, 0x10000):x}::", card);
        }
    }

    private protected override object? Apply(Answer answer, Given arguments)
    {
        var card = new byte[MacAddress.Length];
        new MacAddress(arguments.Card).WriteTo(card);
        var prefix = Address.Parse(arguments.Prefix).ToBytes()[..8];
        byte[] given = [.. prefix, .. card];
        var (own, group) = answer(prefix, card);
        string[] changed = given.AsSpan().SequenceEqual([.. prefix, .. card])
            ? [] : [$"the arrays are changed: prefix {Octets.Hex(prefix)}, card {Octets.Hex(card)}"];
        return new Transcript([$"address {Text(own)}", $"group {Text(group)}", .. changed]);
    }

    private protected override string Describe(Given arguments) =>
        $"gave your method the prefix `{arguments.Prefix}/64` and the card `{new MacAddress(arguments.Card)}`";

    private static string Text(byte[]? bytes) => bytes switch
    {
        null => "null",
        { Length: 16 } => Address.FromBytes(bytes).ToString(),
        _ => $"{Convert.ToHexStringLower(bytes)}, which has not 16 bytes",
    };

    private static byte[] Formed(byte[] prefix, byte[] card) =>
        [.. prefix, (byte)(card[0] ^ Universal), .. card[1..3], 0xFF, 0xFE, .. card[3..]];

    private static (byte[] Own, byte[] Group) Both(byte[] own) => (own, [.. Head, .. own[13..]]);

    /// <summary>The arguments of one call.</summary>
    /// <param name="Prefix">The prefix, as an address.</param>
    /// <param name="Card">The card's address, as a number of 48 bits.</param>
    public sealed record Given(string Prefix, ulong Card);
}
