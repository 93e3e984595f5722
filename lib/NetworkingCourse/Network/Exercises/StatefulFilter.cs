using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.12: a firewall that remembers connections.</summary>
    public static StatefulFilterExercise StatefulFilter { get; } = new();
}

/// <summary>The learner's firewall decides about packets in order.</summary>
public sealed class StatefulFilterExercise : ScriptExercise<StatefulFilterExercise.Answer>
{
    private const int RandomScripts = 30;
    private const int PacketsInScript = 16;

    private static readonly (IpProtocol Protocol, NatEndpoint Inside) Open = (IpProtocol.Tcp, Endpoint("P80"));
    private static readonly Said Passes = new("passes");
    private static readonly Said Dropped = new("dropped");

    internal StatefulFilterExercise()
        : base(new ExerciseText(
            "3-network/12-who-may-pass.ipynb", "3.12", 1, nameof(Exercises.StatefulFilter),
            "A firewall that remembers",
            "Write a class that derives from `PacketFilter`. `Passes` is called for each packet in order, and returns whether it "
                + "passes (`packet.IsOutgoing`, `Protocol`, `Source`, `Destination`). Everything may leave. What arrives passes "
                + "if it is an answer: a packet of the same protocol has left before, from its destination to its source, "
                + "addresses and ports. It also passes if it is for the endpoint `inside` with the protocol `protocol`, which "
                + "are open to all. Everything else is dropped. Entries do not expire.",
            [
                "What do you have to remember of a packet that leaves, so that you recognise its answer? What is the source of "
                    + "an answer, and what its destination?",
                "A `HashSet<(IpProtocol, NatEndpoint, NatEndpoint)>` holds protocol, source and destination of what has left. "
                    + "For a packet that arrives, look for protocol, *destination* and *source*.",
            ]))
    {
    }

    /// <summary>Creates a firewall of the learner's, with an empty table.</summary>
    /// <param name="protocol">The protocol of the open endpoint.</param>
    /// <param name="inside">The endpoint inside that everyone may contact.</param>
    public delegate PacketFilter Answer(IpProtocol protocol, NatEndpoint inside);

    internal override Answer Reference { get; } = (protocol, inside) => new StatefulFilter((protocol, inside));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        Of(
            "lets everything in",
            "Your firewall lets in packets that no host inside has asked for. They are what it is there to drop.",
            (_, _) => true),
        Of(
            "lets nothing in but what is open",
            "Your firewall drops the answers to what has left. The hosts inside can ask, and never hear anything. Remember what "
                + "leaves. An answer is not equal to it: its direction is another, and source and destination have changed "
                + "places.",
            (_, _) => false),
        Of(
            "lets in only answers",
            "Your firewall drops what arrives for the open endpoint. No one can reach a server behind it.",
            (packet, left) => left.Exists(other => IsAnswer(packet, other)),
            opens: (_, _) => false),
        Of(
            "lets anyone answer",
            "Your firewall looks only at the endpoint inside. As soon as a host has sent one packet from a port, the whole "
                + "world can send to this port. An answer comes from the one who was asked: compare the source too.",
            (packet, left) => left.Exists(other => packet.Protocol == other.Protocol && packet.Destination == other.Source)),
        Of(
            "ignores the other's port",
            "Your firewall compares the address outside without its port. Another program on that machine has not been asked "
                + "anything, and can send all the same.",
            (packet, left) => left.Exists(other => packet.Protocol == other.Protocol && packet.Destination == other.Source
                && packet.Source.Address == other.Destination.Address)),
        Of(
            "ignores the port inside",
            "Your firewall compares the address inside without its port. A host that one program has asked can then send to "
                + "all programs of that host.",
            (packet, left) => left.Exists(other => packet.Protocol == other.Protocol && packet.Source == other.Destination
                && packet.Destination.Address == other.Source.Address)),
        Of(
            "ignores the protocol",
            "Your firewall takes a packet of one protocol for the answer to one of another, since the numbers are the same. "
                + "UDP's port 80 and TCP's port 80 have nothing to do with each other.",
            (packet, left) => left.Exists(other => packet.Destination == other.Source && packet.Source == other.Destination)),
        Of(
            "looks for the same direction",
            "Your firewall compares source with source and destination with destination. In an answer they have changed places.",
            (packet, left) => left.Exists(other => (packet.Protocol, packet.Source, packet.Destination)
                == (other.Protocol, other.Source, other.Destination))),
        Of(
            "opens the port on all hosts",
            "Your firewall opens the port, and not the endpoint: every host inside can be contacted there. A rule names one "
                + "host.",
            (packet, left) => left.Exists(other => IsAnswer(packet, other)),
            opens: (packet, open) => packet.Protocol == open.Protocol && packet.Destination.Port == open.Inside.Port),
        Of(
            "opens the endpoint for every protocol",
            "Your firewall opens the endpoint whatever the protocol is. A rule for TCP says nothing about UDP, where another "
                + "program may be listening on the same number.",
            (packet, left) => left.Exists(other => IsAnswer(packet, other)),
            opens: (packet, open) => packet.Destination == open.Inside),
        Of(
            "forgets what has left after one answer",
            "Your firewall lets in the first answer and drops the next. One question may have many: a page comes in hundreds of "
                + "segments. Entries stay (in this exercise, for ever).",
            (packet, left) => left.RemoveAll(other => IsAnswer(packet, other)) > 0),
        Of(
            "remembers one destination of each source",
            "Your firewall has forgotten the first destination of an endpoint when the same endpoint sends to a second one. One "
                + "socket can have many partners: a `Dictionary` with the source as its key has room for one. Keep pairs.",
            (packet, left) => left.FindLast(other => packet.Protocol == other.Protocol && packet.Destination == other.Source)
                is { } last && packet.Source == last.Destination),
        Of(
            "remembers only who was asked",
            "Your firewall looks only at the endpoint outside. As soon as one host has asked it, it can send to every host and "
                + "port inside. An answer goes to the one who has asked: compare the destination too.",
            (packet, left) => left.Exists(other => packet.Protocol == other.Protocol && packet.Source == other.Destination)),
        Of(
            "opens all ports of the host",
            "Your firewall opens the host, and not the endpoint: all its other programs can be contacted as well. A rule names "
                + "one port.",
            (packet, left) => left.Exists(other => IsAnswer(packet, other)),
            opens: (packet, open) =>
                packet.Protocol == open.Protocol && packet.Destination.Address == open.Inside.Address),
    ];

    private protected override IEnumerable<Script<Answer>> Scripts(Random random)
    {
        string[][] telling =
        [
            ["out T A5 S53", "in T S53 A5", "out U A6 S53", "in U S53 A6"],
            ["in U S53 A5", "in T S9 P80", "out T P80 S9"],
            ["out U A5 S53", "in U T53 A5", "in U S54 A5", "in U S53 A6", "in U S53 B5", "in T S53 A5"],
            ["in T S9 A80", "in U S9 P80", "in T S9 P81"],
            ["in U S53 A5", "in U S53 A5", "out U A5 S53", "in U A5 S53"],
            ["out U A5 S53", "in U S53 A5", "in U S53 A5"],
            ["out U A5 S53", "out U A5 S54", "in U S53 A5"],
            ["out U A5 S53", "out U A6 S53", "in U S53 A5"],
            ["out U A5 S53", "in U S53 B5"],
            ["in I S7 A7", "out I A7 S7", "in I S7 A7"],
        ];
        for (var i = 0; i < telling.Length + RandomScripts; i++)
        {
            yield return Of(i + 1, i < telling.Length ? telling[i] : RandomPackets(random));
        }
    }

    private static Script<Answer> Of(int number, IReadOnlyList<string> texts)
    {
        FilteredPacket[] packets = [.. texts.Select(Packet)];
        return new(
            InvariantText.Format($"firewall {number}, with TCP to {Open.Inside} open"),
            packets.Length,
            i => $"`{packets[i]}`",
            answer =>
            {
                var filter = answer(Open.Protocol, Open.Inside);
                return filter is null ? null : i => filter.Passes(packets[i]) ? Passes : Dropped;
            });
    }

    private static Mistake<Answer> Of(
        string name,
        string explanation,
        Func<FilteredPacket, List<FilteredPacket>, bool> answers,
        Func<FilteredPacket, (IpProtocol Protocol, NatEndpoint Inside), bool>? opens = null) => new(
        name, explanation, (protocol, inside) => new Flawed((protocol, inside), answers, opens ?? IsOpen));

    private static bool IsOpen(FilteredPacket packet, (IpProtocol Protocol, NatEndpoint Inside) open) =>
        (packet.Protocol, packet.Destination) == open;

    private static bool IsAnswer(FilteredPacket packet, FilteredPacket other) =>
        (packet.Protocol, packet.Source, packet.Destination) == (other.Protocol, other.Destination, other.Source);

    private static List<string> RandomPackets(Random random)
    {
        List<string> packets = [];
        string[] inside = ["A5", "A6", "B5", "P80", "P81"];
        string[] outside = ["S53", "S54", "T53"];
        for (var i = 0; i < PacketsInScript; i++)
        {
            var (protocol, host, other) =
                (random.GetItems(["U", "T"], 1)[0], random.GetItems(inside, 1)[0], random.GetItems(outside, 1)[0]);
            packets.Add(random.Next(3) == 0 ? $"out {protocol} {host} {other}" : $"in {protocol} {other} {host}");
        }

        return packets;
    }

    // A packet from a short text: its direction, U, T or I for UDP, TCP or ICMP, its source and its destination.
    private static FilteredPacket Packet(string text)
    {
        var parts = text.Split(' ');
        return new FilteredPacket(
            parts[0] == "out",
            parts[1] switch { "U" => IpProtocol.Udp, "T" => IpProtocol.Tcp, _ => IpProtocol.Icmp },
            Endpoint(parts[2]),
            Endpoint(parts[3]));
    }

    private static NatEndpoint Endpoint(string text) => NatEndpoint.Parse(text[0] switch
    {
        'A' => "192.168.1.10",
        'B' => "192.168.1.11",
        'P' => "192.168.1.20",
        'S' => "203.0.113.10",
        _ => "192.0.2.7",
    } + ":" + text[1..]);

    private sealed class Flawed(
        (IpProtocol Protocol, NatEndpoint Inside) open,
        Func<FilteredPacket, List<FilteredPacket>, bool> answers,
        Func<FilteredPacket, (IpProtocol Protocol, NatEndpoint Inside), bool> opens) : PacketFilter
    {
        private readonly List<FilteredPacket> _left = [];

        public override bool Passes(FilteredPacket packet)
        {
            if (packet.IsOutgoing)
            {
                _left.Add(packet);
                return true;
            }

            return answers(packet, _left) || opens(packet, open);
        }
    }
}
