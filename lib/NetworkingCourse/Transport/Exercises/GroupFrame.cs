using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Checking;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.5: the destination address of a frame for a multicast group.</summary>
    public static GroupFrameExercise GroupFrame { get; } = new();
}

/// <summary>The learner makes the destination address of an Ethernet frame from the address of an IPv4 group.</summary>
public sealed class GroupFrameExercise : CaseExercise<GroupFrameExercise.Answer, IPAddress>
{
    private const int RandomCases = 40;
    private const int MaxShown = 16;

    internal GroupFrameExercise()
        : base(new ExerciseText(
            "2-transport/5-broadcast.ipynb", "2.5", 2, nameof(Exercises.GroupFrame),
            "The frame's address for a multicast group",
            "Return the six bytes of the Ethernet address to which a packet for an IPv4 multicast group is sent: "
                + "`01:00:5e`, then a bit of 0, then the last 23 bits of the group's address (RFC 1112, section 6.4). Throw "
                + "an `ArgumentException` if `group` is no IPv4 group. Groups are the addresses whose first four bits are "
                + "1110: 224.0.0.0 to 239.255.255.255.",
            [
                "Three bytes of the group's address go into the frame's, and one bit of them does not. Which bytes, and "
                    + "which bit?",
                "With `var g = group.GetAddressBytes()`, the last three bytes are `(byte)(g[1] & 0x7f)`, `g[2]` and `g[3]`. "
                    + "It is a group if `g.Length == 4` and `(g[0] & 0xf0) == 0xe0`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="group">The address of the group.</param>
    /// <returns>The six bytes of the frame's destination address, in the order in which they are sent.</returns>
    /// <exception cref="ArgumentException">The address is no IPv4 multicast group.</exception>
    public delegate byte[] Answer(IPAddress group);

    /// <inheritdoc/>
    public override int Minutes => 5;

    internal override Answer Reference => group =>
        BuiltPacket.CardOf(Checked(group, first => first is >= 224 and < 240)).GetAddressBytes();

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "keeps 24 bits of the group",
            "Your method copies the last three bytes of the group's address whole. That is one bit too many: only half of "
                + "the block of addresses that begins with 01:00:5e belongs to IPv4 groups, so the first of the 24 bits is "
                + "always 0. With 129 as its second byte, the group's frames would go to an address at which no network "
                + "card listens.",
            group => Frame(group, parts => [parts[1], parts[2], parts[3]])),
        new(
            "clears the last bit of the byte instead of the first",
            "Your method clears the bit for 1 in the second byte of the group. The bit that must go is the first one, the "
                + "bit for 128: the mask is `0x7f`.",
            group => Frame(group, parts => [(byte)(parts[1] & 0xFE), parts[2], parts[3]])),
        new(
            "takes the bytes in the wrong order",
            "Your method turns the bytes of the group round. It looks as if a number had been read with `BitConverter`, "
                + "which puts the first byte at the bottom on most processors. Bytes of an address need no number: index "
                + "them, or use `BinaryPrimitives` with `BigEndian` in its name.",
            group => Frame(group, parts => [(byte)(parts[2] & 0x7F), parts[1], parts[0]])),
        new(
            "copies all four bytes of the group",
            "Your method puts all four bytes of the group into the frame's address. Then only two bytes are left for the "
                + "beginning, and `01:00` is not `01:00:5e`. 28 bits tell groups apart and 23 fit, so 32 groups share an "
                + "address. This is why a receiver has to compare the IP address too.",
            group => [0x01, 0x00, .. Checked(group, first => first is >= 224 and < 240).GetAddressBytes()]),
        new(
            "uses the beginning for IPv6 groups",
            "Your method begins the address with `33:33`. That is the rule for IPv6 groups: the last four bytes of the "
                + "group after `33:33` (RFC 2464, section 7). An IPv4 group has `01:00:5e` and 23 bits.",
            group => [0x33, 0x33, .. Checked(group, first => first is >= 224 and < 240).GetAddressBytes()]),
        new(
            "sends to everyone",
            "Your method returns the broadcast address. The packet would arrive, but it would also interrupt every machine "
                + "that has not joined the group. To spare them is the purpose of a group.",
            group => Checked(group, first => first is >= 224 and < 240) is { }
                ? [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
                : []),
        new(
            "takes any address for a group",
            "Your method never refuses. The address 198.51.100.7 is that of one machine, whose network card has an address "
                + "of its own that only ARP can find out. With your answer, its packets would be sent to a group that it "
                + "has not joined, and be lost without any error.",
            group => Frame(group, parts => [(byte)(parts[1] & 0x7F), parts[2], parts[3]], _ => true)),
        new(
            "takes everything above 224 for a group",
            "Your method has a lower limit but no upper one. Groups end at 239.255.255.255. What follows is reserved, and "
                + "255.255.255.255 is the limited broadcast, whose frame goes to `ff:ff:ff:ff:ff:ff`. The first *four* bits "
                + "have to be compared, and the fourth is 0.",
            group => Frame(group, parts => [(byte)(parts[1] & 0x7F), parts[2], parts[3]], first => first >= 224)),
        new(
            "takes only 224 for a group",
            "Your method refuses groups that do not begin with 224. Four bits are fixed and the next four are free, so the "
                + "first byte is one of sixteen, 224 to 239. The groups that you may use in your own network begin with "
                + "239.",
            group => Frame(group, parts => [(byte)(parts[1] & 0x7F), parts[2], parts[3]], first => first == 224)),
        new(
            "refuses the groups from 239 on",
            "Your method refuses 239.1.2.3. The first byte of a group is 224 to 239, and both ends belong to it: the groups that "
                + "you may use in your own network begin with 239.",
            group => Frame(group, parts => [(byte)(parts[1] & 0x7F), parts[2], parts[3]], first => first is >= 224 and < 239)),
        new(
            "returns null for what is no group",
            "Your method returns null for an address that is no group. Its caller would fail later, in another place, when it "
                + "builds the frame. The mistake is the address: say so at once, with an `ArgumentException`.",
            group => group.AddressFamily == AddressFamily.InterNetwork && group.GetAddressBytes()[0] is >= 224 and < 240
                ? Frame(group, parts => [(byte)(parts[1] & 0x7F), parts[2], parts[3]])
                : null!),
        new(
            "takes an IPv6 address for a group",
            "Your method looks at the first byte of an IPv6 address as if it were one of IPv4. `e000::fb` has 16 bytes, of which "
                + "the first is 224 too. Look at `AddressFamily`, or at the number of bytes.",
            group => group.GetAddressBytes() is [>= 224 and < 240, ..] and var parts
                ? (byte[])[0x01, 0x00, 0x5E, (byte)(parts[1] & 0x7F), parts[2], parts[3]]
                : Checked(group, _ => false).GetAddressBytes()),
    ];

    private protected override IEnumerable<IPAddress> Cases(Random random)
    {
        foreach (var group in (string[])
            [
                "224.0.0.251", "224.129.2.3", "239.1.2.3", "239.129.2.3", "232.128.0.1", "198.51.100.7", "223.255.255.255",
                "240.0.0.1", "255.255.255.255", "239.255.255.255", "e000::fb",
            ])
        {
            yield return IPAddress.Parse(group);
        }

        for (var i = 0; i < RandomCases; i++)
        {
            // Mostly groups.
            var first = random.Next(4) == 0 ? random.Next(1, 256) : random.Next(224, 240);
            yield return new IPAddress([(byte)first, (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)]);
        }
    }

    private protected override object? Apply(Answer answer, IPAddress arguments) =>
        answer(new IPAddress(arguments.GetAddressBytes())) is { } bytes
            ? new Said(bytes.Length == 0 ? "no bytes" : $"`{InHex(bytes)}`")
            : null;

    private protected override string Describe(IPAddress arguments) => $"called it with `{arguments}`";

    private static string InHex(byte[] bytes) =>
        string.Join(':', bytes.Take(MaxShown).Select(one => one.ToString("x2", CultureInfo.InvariantCulture)));

    private static byte[] Frame(IPAddress group, Func<byte[], byte[]> last, Func<byte, bool>? isGroup = null) =>
        [0x01, 0x00, 0x5E, .. last(Checked(group, isGroup ?? (first => first is >= 224 and < 240)).GetAddressBytes())];

    private static IPAddress Checked(IPAddress group, Func<byte, bool> isGroup) =>
        group.AddressFamily == AddressFamily.InterNetwork && isGroup(group.GetAddressBytes()[0])
            ? group
            : throw new ArgumentException($"{group} is no IPv4 group.", nameof(group));
}
