using System.Buffers.Binary;
using System.Net;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.5: the broadcast address of a network.</summary>
    public static BroadcastExercise Broadcast { get; } = new();
}

/// <summary>The learner computes the directed broadcast address of a machine's network.</summary>
public sealed class BroadcastExercise : CaseExercise<BroadcastExercise.Answer, BroadcastExercise.Machine>
{
    private const int RandomCases = 40;

    internal BroadcastExercise()
        : base(new ExerciseText(
            "2-transport/5-broadcast.ipynb", "2.5", 1, nameof(Exercises.Broadcast),
            "The broadcast address of a network",
            "A machine has the IPv4 address `address`; the first `prefix` bits of it, 0 to 32, are the address of its "
                + "network, and the other bits are the host bits. Return the network's broadcast address: the same network "
                + "bits, and all host bits set to 1. Return `null` if the network has no broadcast address: with a prefix "
                + "of 31 bits, both addresses belong to machines (RFC 3021), and with one of 32 bits the machine is alone.",
            [
                "Make one number of the four bytes, the first byte at the top. Which number has zeros in place of the "
                    + "network bits and ones in place of the host bits? What does `|` do with the two?",
                "`BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes())` gives the number. The ones are "
                    + "`(1UL << (32 - prefix)) - 1`: with a `ulong`, since a shift of a 32-bit number by 32 does nothing. "
                    + "`BinaryPrimitives.WriteUInt32BigEndian` makes bytes of the number again.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="address">An IPv4 address in the network.</param>
    /// <param name="prefix">The length of the network prefix in bits, 0 to 32.</param>
    /// <returns>The network's broadcast address; null if it has none.</returns>
    public delegate IPAddress? Answer(IPAddress address, int prefix);

    private delegate uint OfNumbers(uint address, int prefix);

    internal override Answer Reference => (address, prefix) =>
        prefix > 30 ? null : BuiltPacket.DirectedBroadcast(address, prefix);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "assumes a prefix of 24 bits",
            "Your method replaces the last byte by 255. That is right for a prefix of 24 bits, which is what most home "
                + "networks have, and for no other. With 20 bits, the address belongs to one of the network's machines, and "
                + "the broadcast reaches only that machine. Use `prefix`.",
            Long((address, _) => address | 0xFF)),
        new(
            "cuts the prefix at whole bytes",
            "Your method works with whole bytes, as networks did until 1993 (classes A, B and C). A prefix may end "
                + "anywhere. With 20 bits, the third byte belongs half to the network and half to the host: its upper four "
                + "bits stay, its lower four become 1.",
            Long((address, prefix) => address | HostBits(8 * (prefix / 8)))),
        new(
            "returns the network's own address",
            "Your method sets the host bits to 0. This is the address of the network itself, which stands for it in routing "
                + "tables. The broadcast address is at the other end: all host bits are 1.",
            Long((address, prefix) => address & ~HostBits(prefix))),
        new(
            "adds the size of the network to the address",
            "Your method adds the number of host addresses to the address. That works if all host bits of the address are "
                + "0. The address of a machine has some that are 1, and then the sum carries into the network bits: the "
                + "broadcast goes to someone else's network. Set the bits with `|` instead of adding.",
            Long((address, prefix) => unchecked(address + HostBits(prefix)))),
        new(
            "shifts a 32-bit number by 32",
            "Your method is wrong for one prefix, 0, where all 32 bits are host bits. In C#, as in the processor, a shift "
                + "of a 32-bit number uses only the lower five bits of the distance: `1u << 32` is `1u << 0`. Use a "
                + "`ulong`, or treat this prefix on its own.",
            Long((address, prefix) => address | ((1u << (32 - prefix)) - 1))),
        new(
            "takes the bytes in the wrong order",
            "Your method sets host bits at the wrong end of the address. Addresses travel with the most significant byte "
                + "first; most processors have it last, and `BitConverter` does as the processor does. Use "
                + "`BinaryPrimitives` with `BigEndian` in its name.",
            Long((address, prefix) =>
                BinaryPrimitives.ReverseEndianness(BinaryPrimitives.ReverseEndianness(address) | HostBits(prefix)))),
        new(
            "gives a broadcast address to a network of two",
            "Your method treats a prefix of 31 bits like any other. Such a network has two addresses, and if one were the "
                + "network's own and the other the broadcast address, there would be none for a machine. So RFC 3021 gives "
                + "both to machines: it is meant for a cable between two routers, which need no broadcast to find each "
                + "other.",
            (address, prefix) => prefix == 32 ? null : BuiltPacket.DirectedBroadcast(address, prefix)),
        new(
            "gives a broadcast address to every network",
            "Your method always returns an address. With a prefix of 31 or 32 bits, the address with all host bits set to 1 "
                + "is that of a machine: of one of two, or of the only one. A program that believes it to be a broadcast "
                + "address disturbs one machine and reaches no other. Return `null`.",
            (address, prefix) => BuiltPacket.DirectedBroadcast(address, prefix)),
        new(
            "takes a network of four for too small",
            "Your method returns `null` for a prefix of 30 bits. Two host bits make four addresses: the network's own, two "
                + "for machines, and the broadcast address. Until RFC 3021 this was the smallest network of use.",
            (address, prefix) => prefix > 29 ? null : BuiltPacket.DirectedBroadcast(address, prefix)),
        new(
            "turns the bytes of the result round",
            "Your method computes the right number, and its bytes come out in reverse order. `new IPAddress(number)` takes "
                + "the number as it lies in memory, and most processors keep the least significant byte first. Write the "
                + "number into four bytes with `BinaryPrimitives.WriteUInt32BigEndian`, and make the address of these.",
            Long((address, prefix) => BinaryPrimitives.ReverseEndianness(address | HostBits(prefix)))),
        new(
            "leaves the byte in which the prefix ends as it is",
            "Your method sets only whole bytes to 255. With 20 bits, the prefix ends in the middle of the third byte, and the "
                + "lower four bits of that byte are host bits too: 100 (0110 0100) becomes 111 (0110 1111).",
            Long((address, prefix) => address | HostBits(8 * ((prefix + 7) / 8)))),
        new(
            "replaces the byte in which the prefix ends",
            "Your method puts the host bits in place of the whole byte in which the prefix ends, so that the network bits of "
                + "that byte are lost. With 20 bits, 100 (0110 0100) must become 111 (0110 1111), and not 15 (0000 1111). Set "
                + "bits with `|`.",
            Long((address, prefix) => (address & ~HostBits(8 * (prefix / 8))) | HostBits(prefix))),
        new(
            "sets the lower bits of a byte first",
            "Your method counts the bits of each byte from the wrong end: bit 0 of an address is the one that counts 128 in the "
                + "first byte. Where a prefix ends inside a byte, its network bits are those at the top. The mask of bit `i` is "
                + "`0x80 >> (i % 8)`.",
            Long((address, prefix) => Enumerable.Range(prefix, 32 - prefix)
                .Aggregate(address, (bits, i) => bits | (1u << (24 - (8 * (i / 8)) + (i % 8)))))),
        new(
            "sets all bits",
            "Your method returns 255.255.255.255, whatever the network is. That is the limited broadcast, for every machine on "
                + "this link. If you wrote `-1 >> prefix`: when an `int` is shifted to the right, its sign fills the gap, so "
                + "that nothing changes. Shift `uint.MaxValue` instead.",
            Long((_, _) => uint.MaxValue)),
    ];

    private protected override IEnumerable<Machine> Cases(Random random)
    {
        foreach (var (address, prefix) in ((string, int)[])
            [
                ("198.51.100.7", 24), ("198.51.100.7", 20), ("198.51.100.6", 30), ("10.1.2.3", 8), ("198.51.100.64", 26),
                ("198.51.100.7", 31), ("198.51.100.7", 32), ("192.0.2.255", 25), ("198.51.100.7", 0), ("198.51.100.7", 1),
                ("0.0.0.0", 0), ("255.255.255.255", 29), ("172.16.0.0", 12),
            ])
        {
            yield return new Machine(IPAddress.Parse(address), prefix);
        }

        for (var i = 0; i < RandomCases; i++)
        {
            yield return new Machine(Address((uint)random.NextInt64(1L << 32)), random.Next(33));
        }
    }

    private protected override object? Apply(Answer answer, Machine arguments) =>
        answer(new IPAddress(arguments.Address.GetAddressBytes()), arguments.Prefix) is { } address
            ? new Said(address.ToString())
            : new Said("null");

    private protected override string Describe(Machine arguments) =>
        InvariantText.Format($"called it with `{arguments.Address}` and a prefix of {arguments.Prefix} bits");

    // A method on numbers, for networks of which there is no doubt that they have a broadcast address.
    private static Answer Long(OfNumbers method) => (address, prefix) => prefix > 30
        ? null
        : Address(method(BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()), prefix));

    private static uint HostBits(int prefix) => (uint)((1UL << (32 - prefix)) - 1);

    private static IPAddress Address(uint number)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Address">The machine's address.</param>
    /// <param name="Prefix">The length of the network prefix in bits.</param>
    public sealed record Machine(IPAddress Address, int Prefix);
}
