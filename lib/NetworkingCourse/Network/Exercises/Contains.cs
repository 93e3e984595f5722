using System.Globalization;
using System.Net;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.1: whether a prefix contains an address.</summary>
    public static ContainsExercise Contains { get; } = new();
}

/// <summary>The learner compares the first bits of two addresses, as a router does for each packet.</summary>
public sealed class ContainsExercise : CaseExercise<ContainsExercise.Answer, ContainsExercise.Question>
{
    private const int RandomCases = 30;
    private const int LastCases = 10_000;

    internal ContainsExercise()
        : base(new ExerciseText(
            "3-network/1-addresses.ipynb", "3.1", 2, nameof(Exercises.Contains),
            "Does the prefix contain the address?",
            "Return whether `address` begins with the same `length` bits as `network`. Both are given as they travel: 4 bytes "
                + "(IPv4) or 16 bytes (IPv6), the most significant first. `length` is 0 to 32, or 0 to 128. Bits of `network` "
                + "after the first `length` do not count: they may be anything, as in `192.0.2.10/26`. An address of the other "
                + "version is never in the prefix.",
            [
                "Compare the whole bytes first: there are `length / 8` of them. What is left are `length % 8` bits of one more "
                    + "byte. Which bits of that byte are the first ones?",
                "With `rest = length % 8` not 0 and `i = length / 8`, the mask of the last byte is `0xFF << (8 - rest)`. The "
                    + "two bytes agree in the first bits if `((network[i] ^ address[i]) & mask) == 0`. If `rest` is 0, there is "
                    + "no such byte.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 10;

    /// <summary>The learner's method.</summary>
    /// <param name="network">An address of the prefix, in network byte order: 4 or 16 bytes.</param>
    /// <param name="length">The number of fixed bits: 0 to 32 for IPv4, 0 to 128 for IPv6.</param>
    /// <param name="address">The address to look for, in network byte order: 4 or 16 bytes.</param>
    /// <returns>Whether the address is of the same version and begins with the same bits (RFC 4632, section 3.1).</returns>
    public delegate bool Answer(byte[] network, int length, byte[] address);

    internal override Answer Reference { get; } = (network, length, address) =>
        Prefix.Of(Address.FromBytes(network), length).Contains(Address.FromBytes(address));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "shifts by the whole width at /0",
            "Your mask for `/0` comes from a shift by 32 bits (or by 128). C#, like most processors, takes the count of a shift "
                + "modulo the width: such a shift moves nothing, and the mask is all ones instead of all zeros. `0.0.0.0/0` is "
                + "the default route. With this mistake it matches almost nothing, and a router drops every packet that should "
                + "leave by it. Treat 0 bits as a case of its own.",
            SameNumbers((bits, width) => Shifted(bits, width))),
        new(
            "shifts by the whole width at /32",
            "Your mask is the inverse of all ones shifted right by `length`. For `/32` (and `/128`) that is a shift by the whole "
                + "width, which in C# moves nothing, so that the mask is all zeros. The route to a single host then matches "
                + "every address there is. Treat the full length as a case of its own, or shift left instead and take care of "
                + "`/0`.",
            SameNumbers((bits, width) => ~(bits == width ? Full(width) : bits == 0 ? Full(width) : Full(width) >> bits))),
        new(
            "reads the bytes in the processor's order",
            "Your method makes numbers of the bytes in the order of this processor, lowest byte first, as `BitConverter` and "
                + "a cast do. On the wire the first byte is the most significant. Your mask covers the last bytes of the "
                + "address: `192.0.2.0/24` then has `10.0.2.0` in it and not `192.0.2.10`. Read big-endian: "
                + "`BinaryPrimitives.ReadUInt32BigEndian`.",
            (network, length, address) => network.Length == address.Length
                && ((NumberOf([.. network.Reverse()]) ^ NumberOf([.. address.Reverse()])) & Mask(length, 8 * network.Length))
                    == 0),
        new(
            "compares whole bytes only",
            "Your method compares `length / 8` bytes and forgets the bits that are left. A /26 becomes a /24 in this way: four "
                + "networks look like one, and packets for three of them go to the wrong place. Compare the first "
                + "`length % 8` bits of the next byte too.",
            (network, length, address) => network.Length == address.Length && SameBytes(network, address, length / 8)),
        new(
            "rounds up to whole bytes",
            "Your method compares every byte that has fixed bits in it completely. A /26 becomes a /32: only the network's own "
                + "address is found in it. Of the last byte, only the first `length % 8` bits are fixed.",
            (network, length, address) => network.Length == address.Length && SameBytes(network, address, (length + 7) / 8)),
        new(
            "takes the last bits of the byte for the first",
            "In the byte that is only partly fixed, your mask has its ones on the right. The first bits are those on the left: "
                + "for 2 bits the mask is `0b1100_0000`, that is `0xFF << 6`, and not `0b0000_0011`.",
            (network, length, address) => network.Length == address.Length && SameBytes(network, address, length / 8)
                && (length % 8 == 0 || ((network[length / 8] ^ address[length / 8]) & ((1 << length % 8) - 1)) == 0)),
        new(
            "compares the free bits of the network",
            "Your method applies the mask to `address` only and then compares with all of `network`. That works as long as the "
                + "free bits of `network` are zero. In `192.0.2.10/26`, the way an interface is configured, they are not: then "
                + "nothing is in the network, not even the machine itself. Apply the mask to both, or to their difference "
                + "`network ^ address`.",
            (network, length, address) => network.Length == address.Length
                && (NumberOf(address) & Mask(length, 8 * network.Length)) == NumberOf(network)),
        new(
            "mixes the versions",
            "Your method compares bits without looking at the version. `2001:db8::1` begins with the bytes 32, 1, 13, 184, and "
                + "so it is found in the IPv4 prefix `32.0.0.0/8`; and `0.0.0.0/0` has all of IPv6 in it. A rule for one version "
                + "then lets in, or locks out, machines of the other. Compare the lengths of the two arrays first.",
            (network, length, address) =>
            {
                for (var bit = 0; bit < length; bit++)
                {
                    if (((network[bit / 8] ^ address[bit / 8]) & (0x80 >> bit % 8)) != 0)
                    {
                        return false;
                    }
                }

                return true;
            }),
        new(
            "compares texts",
            "Your method compares the beginning of two texts. In text, `10.1` is the beginning of `10.10` and `10.199`, so "
                + "`10.1.0.0/16` has neighbours in it that have nothing to do with it. And a text has no place to stop for a "
                + "length such as 26. Addresses are numbers; dots and colons are for people.",
            (network, length, address) => network.Length == address.Length && TextOf(address, address.Length).StartsWith(
                TextOf(network, length / 8), StringComparison.Ordinal)),
        new(
            "compares the whole addresses",
            "Your method asks whether the two addresses are equal. A prefix is a set of addresses: only the first `length` "
                + "bits have to agree, and all others are free.",
            (network, _, address) => network.SequenceEqual(address)),
        new(
            "looks at the byte after the last",
            "Your method looks at the byte with index `length / 8`, even if the prefix ends before it. With `/32` (and `/128`) "
                + "there is no such byte, and you get an exception. If `length % 8` is 0, the whole bytes were all there is "
                + "to compare.",
            (network, length, address) => network.Length == address.Length && SameBytes(network, address, length / 8)
                && ((network[length / 8] ^ address[length / 8]) & (0xFF << (8 - length % 8))) == 0),
        new(
            "takes a mapped address for IPv4",
            "Your method finds `::ffff:10.1.2.3` in `10.0.0.0/8`, as .NET's `IPNetwork` does. That is an IPv4 address in the "
                + "form of an IPv6 address, which programs use with sockets of both versions (RFC 4291, section 2.5.5.2). A "
                + "prefix of one version has no address of the other. Compare the lengths of the two arrays first.",
            (network, length, address) => new IPNetwork(new IPAddress(network), length).Contains(new IPAddress(address))),
    ];

    private protected override IEnumerable<Question> Cases(Random random)
    {
        string[] calls =
        [
            "192.0.2.0/24 192.0.2.10", "192.0.2.0/24 192.0.3.10", "192.0.2.0/26 192.0.2.130", "192.0.2.64/26 192.0.2.65",
            "192.0.2.64/26 192.0.2.100", "10.0.0.0/8 10.255.255.255", "10.1.0.0/16 10.10.2.3", "172.16.0.0/12 172.20.0.1",
            "172.16.0.0/12 172.32.0.1",
            "192.0.2.10/26 192.0.2.20", "0.0.0.0/0 198.51.100.20", "192.0.2.10/32 192.0.2.10", "192.0.2.10/32 192.0.2.11",
            "2001:db8::/32 2001:db8::1", "2001:db8::/32 2001:db9::1", "fe80::/10 febf::1", "::/0 2001:db8::1",
            "2001:db8::1/128 2001:db8::2", "2001:db8::1/128 2001:db8::1", "32.0.0.0/8 2001:db8::1", "2001:db8::/32 32.1.13.184",
            "0.0.0.0/0 ::", "::/0 0.0.0.0", "10.0.0.0/8 ::ffff:10.1.2.3",
        ];
        foreach (var call in calls)
        {
            var parts = call.Split('/', ' ');
            yield return new Question(
                Address.Parse(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture), Address.Parse(parts[2]));
        }

        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomQuestion(random);
        }

        yield return new Question(default, 0, default) { MoreSeed = random.Next() };
    }

    private protected override object? Apply(Answer answer, Question arguments) =>
        arguments.MoreSeed is { } seed ? AskMore(answer, new Random(seed)) : Ask(answer, arguments);

    private protected override string Describe(Question arguments) => arguments.MoreSeed is null
        ? $"asked whether `{Text(arguments)}` contains `{arguments.Address}`"
        : InvariantText.Format($"asked {LastCases:N0} more such questions at random");

    private static bool Ask(Answer answer, Question question) =>
        answer(question.Network.ToBytes(), question.Length, question.Address.ToBytes());

    // Of many questions, only the first wrong answer counts.
    private Said AskMore(Answer answer, Random random)
    {
        for (var i = 0; i < LastCases && answer != Reference; i++)
        {
            var question = RandomQuestion(random);
            var contains = Ask(answer, question);
            if (contains != Ask(Reference, question))
            {
                return new Said($"`{Text(question)}` and `{question.Address}`: {(contains ? "true" : "false")}");
            }
        }

        return new Said("every answer right");
    }

    private static string Text(Question question) => InvariantText.Format($"{question.Network}/{question.Length}");

    // Half of the addresses have the prefix's bits; the others differ from them somewhere, mostly in the last bit that counts.
    private static Question RandomQuestion(Random random)
    {
        var isV6 = random.Next(3) == 0;
        var (network, width) = (new byte[isV6 ? 16 : 4], isV6 ? 128 : 32);
        random.NextBytes(network);
        var length = random.Next(4) switch { 0 => 8 * random.Next(width / 8 + 1), _ => random.Next(width + 1) };
        var address = network.ToArray();
        for (var bit = length; bit < width; bit++)
        {
            address[bit / 8] ^= (byte)(random.Next(2) << (7 - bit % 8));
        }

        if (length > 0 && random.Next(2) == 0)
        {
            var bit = random.Next(2) == 0 ? length - 1 : random.Next(length);
            address[bit / 8] ^= (byte)(0x80 >> bit % 8);
        }

        // Now and then the bits of an address of the other version agree, as far as they go.
        Array.Resize(ref address, random.Next(12) > 0 ? address.Length : isV6 ? 4 : 16);
        return new Question(Address.FromBytes(network), length, Address.FromBytes(address));
    }

    private static Answer SameNumbers(Func<int, int, UInt128> mask) => (network, length, address) =>
        network.Length == address.Length
        && ((NumberOf(network) ^ NumberOf(address)) & mask(length, 8 * network.Length) & Full(8 * network.Length)) == 0;

    private static UInt128 NumberOf(byte[] bytes) => bytes.Aggregate(UInt128.Zero, (number, value) => (number << 8) | value);

    private static UInt128 Full(int width) => UInt128.MaxValue >> (128 - width);

    private static UInt128 Mask(int length, int width) => length == 0 ? UInt128.Zero : Shifted(length, width);

    private static UInt128 Shifted(int length, int width) => length == 0 ? Full(width) : Full(width) << (width - length);

    private static bool SameBytes(byte[] network, byte[] address, int count) =>
        network.AsSpan(0, count).SequenceEqual(address.AsSpan(0, count));

    private static string TextOf(byte[] address, int count) =>
        string.Join('.', address.Take(count));

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Network">An address of the prefix.</param>
    /// <param name="Length">The number of fixed bits.</param>
    /// <param name="Address">The address to look for.</param>
    public sealed record Question(Address Network, int Length, Address Address)
    {
        // Stands for many questions, made from this number.
        internal int? MoreSeed { get; init; }
    }
}
