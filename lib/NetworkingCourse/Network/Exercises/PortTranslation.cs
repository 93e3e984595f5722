using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.9: the table of an address translator.</summary>
    public static PortTranslationExercise PortTranslation { get; } = new();
}

/// <summary>
/// The learner writes a NAT's table. Which ports it assigns is its own affair; the check compares who is told apart.
/// </summary>
public sealed class PortTranslationExercise : CaseExercise<PortTranslationExercise.Answer, PortTranslationExercise.Script>
{
    private const int RandomScripts = 40;
    private const int StepsInScript = 14;
    private const ushort First = 40_000;
    private const ushort Last = 40_099;

    private static readonly Address Outside = Address.Parse("198.51.100.2");

    internal PortTranslationExercise()
        : base(new ExerciseText(
            "3-network/9-nat-and-faults.ipynb", "3.9", 1, nameof(Exercises.PortTranslation),
            "The table of an address translator",
            "Write a class that derives from `PortTranslator`, for one outside address. `Outbound` returns the outside port "
                + "for a packet that leaves: always the same for the same protocol, inside address and port, whatever the "
                + "destination (RFC 4787, REQ-1), and never one that another flow of that protocol has. Ports are `first` "
                + "to `last`; if all are in use, return null. `Inbound` returns the inside host for a packet that arrives, "
                + "whoever sent it, or null if no flow of its protocol has that port. For ICMP echoes, the "
                + "identifier takes the place of the port. Entries never expire here.",
            [
                "Two dictionaries, one for each direction. What is the key when a packet leaves, and what when it arrives? Two "
                    + "hosts can use the same port, and one host the same number for UDP and TCP.",
                "`Dictionary<(IpProtocol, NatEndpoint), ushort>` and `Dictionary<(IpProtocol, ushort), NatEndpoint>`. `Outbound` "
                    + "looks into the first; if nothing is there, it takes the first port from `first` to `last` (as an `int` "
                    + "loop: a `ushort` wraps around) that is not a key of the second one, and enters it into both.",
            ]))
    {
    }

    /// <summary>Creates a translator of the learner's, with an empty table.</summary>
    /// <param name="first">The first port that may be assigned.</param>
    /// <param name="last">The last port that may be assigned.</param>
    public delegate PortTranslator Answer(ushort first, ushort last);

    private enum Flaw
    {
        None,
        KeepsPorts,
        NewEachTime,
        PerDestination,
        OnlyFromThere,
        ForgetsProtocol,
        KeepsIdentifiers,
        NeverFull,
        LosesLast,
        LetsAllIn,
        WrapsAround,
        SharesPorts,
        InboundAnyProtocol,
        KeyIsPort,
        KeyIsAddress,
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference => (first, last) => new Course(new NatTable(Outside, first, last));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        Of(
            Flaw.KeepsPorts,
            "keeps the port that the host has chosen",
            "Your translator leaves the port as it is, and two hosts may choose the same one. Outside, their packets look "
                + "the same, so the answers for one of them go to the other. Hosts know nothing of each other: give each "
                + "flow a port that no other flow has."),
        Of(
            Flaw.NewEachTime,
            "takes a new port for each packet",
            "Your translator assigns a port for every packet that leaves. To the server, each packet of one flow comes from "
                + "somewhere else, so that no connection ever gets beyond its first packet, and soon no port is left. Look first "
                + "whether the flow has one."),
        Of(
            Flaw.PerDestination,
            "takes a new port for each destination",
            "Your translator includes the destination in its key: the same host and port get one outside port for each "
                + "server. For plain questions and answers that works. But a game or a call asks a server under which port "
                + "it can be reached, and tells others: with your table, that port is good for the server alone. RFC 4787 "
                + "demands one port for one inside port, whatever the destination."),
        Of(
            Flaw.OnlyFromThere,
            "lets in only answers from where the host has sent to",
            "Your translator remembers the destination, and refuses packets from elsewhere. A firewall may want that, but "
                + "the task asks for a translation. Someone else who has learned the port (from a server that both know) "
                + "is refused with yours: two hosts behind two such routers never get through to each other."),
        Of(
            Flaw.ForgetsProtocol,
            "does not tell protocols apart",
            "Your translator ignores the protocol. Port 40,000 of UDP and port 40,000 of TCP are two different things, and "
                + "ICMP's identifiers are a third. With your table, an echo reply goes to a host that has only sent UDP. The "
                + "protocol belongs to both keys."),
        Of(
            Flaw.KeepsIdentifiers,
            "does not translate echo identifiers",
            "Your translator leaves the identifier of ICMP echoes as it is. Two hosts that ping at the same time may have "
                + "chosen the same one, and then both replies go to one of them. ICMP has no ports, so the identifier has to "
                + "do a port's work: assign it like one."),
        Of(
            Flaw.NeverFull,
            "assigns a port twice when all are in use",
            "Your translator begins again at the first port when all have been assigned, and takes it away from its flow. "
                + "The answers for that flow now go to someone else, whom they do not concern. Return null: the packet is "
                + "dropped, and nobody gets what was meant for others."),
        Of(
            Flaw.LosesLast,
            "never assigns the last port",
            "Your translator stops one port too early. `last` may be assigned: test with `<=`. (In a loop over "
                + "a `ushort`, `port <= 65535` is always true; use an `int`.)"),
        Of(
            Flaw.LetsAllIn,
            "lets in what nobody has asked for",
            "Your translator finds a host for a port that it has not assigned. Nobody inside has sent from there, so there is no "
                + "host that could be meant. Return null."),
        Of(
            Flaw.WrapsAround,
            "goes on with port 0 after port 65,535",
            "Your translator counts ports in a `ushort`, where 0 comes after 65,535. If `last` is 65,535, no number is above "
                + "it, and your test for the end never succeeds: your translator assigns port 0, and then ports that belong to "
                + "others. Count in an `int`, and convert it to `ushort` only when you assign the port."),
        Of(
            Flaw.SharesPorts,
            "uses up the ports of one protocol for another",
            "Your translator does not assign a port that another protocol has, perhaps because it counts them all together. "
                + "Port 40,000 of UDP and port 40,000 of TCP are two different things. With your table, packets are dropped "
                + "although the ports of their protocol are free."),
        Of(
            Flaw.InboundAnyProtocol,
            "looks only at the port of what arrives",
            "Your `Inbound` ignores the protocol: a TCP segment or an echo reply is delivered to a host that has only sent UDP "
                + "from that port. The protocol belongs to both keys, that of `Outbound` and that of `Inbound`."),
        Of(
            Flaw.KeyIsPort,
            "tells hosts apart by their port alone",
            "Your translator takes two hosts for one if they send from the same port, and the second host's answers go to the "
                + "first. Hosts know nothing of each other, and many choose the same port. The key is the whole endpoint, "
                + "address and port."),
        Of(
            Flaw.KeyIsAddress,
            "has one port for each host",
            "Your translator gives one outside port to all flows of a host. The answers of all of them then go to the port "
                + "inside that came first: a browser has dozens of connections. The key is the whole endpoint, address "
                + "and port."),
    ];

    private protected override IEnumerable<Script> Cases(Random random)
    {
        yield return new Script(4, "out UDP A:5000 to S:53", "in UDP #1 from S:53");
        yield return new Script(4, "out UDP A:5000 to S:53", "out UDP A:5000 to S:53", "in UDP #1 from S:53");
        yield return new Script(
            4, "out UDP A:5000 to S:53", "out UDP B:5000 to S:53", "in UDP #1 from S:53", "in UDP #2 from S:53");
        yield return new Script(4, "out UDP A:5000 to S:53", "in UDP free from S:53", "in UDP #1 from S:53");
        yield return new Script(4, "out UDP A:5000 to S:53", "out UDP A:5000 to T:53", "in UDP #1 from T:53");
        yield return new Script(4, "out UDP A:5000 to S:53", "in UDP #1 from T:99");
        yield return new Script(
            4, "out UDP A:5000 to S:53", "out UDP A:5001 to S:53", "in UDP #2 from S:53", "in UDP #1 from S:53");
        yield return new Script(4, "out UDP A:7 to S:53", "in TCP other from S:53", "in ICMP other from S:0");
        yield return new Script(
            4, "out ICMP A:1 to S:0", "out ICMP B:1 to S:0", "in ICMP #1 from S:0", "in ICMP #2 from S:0");
        yield return new Script(
            2, "out UDP A:5000 to S:53", "out UDP B:5000 to S:53", "out UDP A:5001 to S:53", "in UDP #1 from S:53",
            "in UDP #2 from S:53");
        yield return new Script(
            2, "out UDP A:5000 to S:53", "out TCP A:5000 to S:80", "out TCP A:5001 to S:80", "in TCP #2 from S:80");
        yield return new Script(
            1, "out UDP A:5000 to S:53", "out UDP A:5001 to S:53", "out UDP A:5000 to S:53", "in UDP #1 from S:53");
        yield return new Script(
            2, "out UDP A:5000 to S:53", "out UDP A:5001 to S:53", "out UDP B:5000 to S:53", "in UDP #2 from S:53")
        {
            FirstPort = ushort.MaxValue - 1,
        };
        yield return new Script(4, "in UDP free from S:53");
        for (var i = 0; i < RandomScripts; i++)
        {
            yield return RandomScript(random);
        }
    }

    private protected override object? Apply(Answer answer, Script arguments)
    {
        var translator = answer((ushort)arguments.FirstPort, (ushort)(arguments.FirstPort + arguments.Ports - 1))
            ?? throw new InvalidOperationException("The translator is null.");
        var run = new Run(translator, arguments.FirstPort, arguments.Ports);
        return new Transcript([.. arguments.Steps.Select(step => $"{step}: {run.Do(step)}")]);
    }

    private protected override string Describe(Script arguments) =>
        InvariantText.Format($"began with ports {arguments.FirstPort} to {arguments.FirstPort + arguments.Ports - 1}, ")
        + "A, B and C inside, S and T outside"
        + (arguments.Steps.Count <= 2 ? $": {string.Join("; ", arguments.Steps.Select(step => $"`{step}`"))}"
            : InvariantText.Format($": {arguments.Steps.Count} packets"));

    private static Script RandomScript(Random random)
    {
        var steps = new List<string>();
        for (var i = 0; i < StepsInScript; i++)
        {
            var protocol = random.GetItems(["UDP", "UDP", "TCP", "ICMP"], 1)[0];
            var other = random.GetItems<string>(protocol == "ICMP" ? ["S:0", "T:0"] : ["S:53", "T:80"], 1)[0];
            var (host, port) = (random.GetItems(["A", "B", "C"], 1)[0], random.GetItems(["5000", "5001", "40000"], 1)[0]);
            steps.Add(random.Next(3) > 0
                ? $"out {protocol} {host}:{port} to {other}"
                : $"in {protocol} {random.GetItems(["#1", "#2", "#3", "free", "other"], 1)[0]} from {other}");
        }

        return new Script(random.Next(1, 8), [.. steps]);
    }

    private static Mistake<Answer> Of(Flaw flaw, string name, string explanation) =>
        new(name, explanation, (first, last) => new Flawed(first, last, flaw));

    /// <summary>What is done with one translator.</summary>
    public sealed class Script
    {
        internal Script(int ports, params string[] steps) => (Ports, Steps) = (ports, steps);

        /// <summary>The first port that it may assign.</summary>
        internal int FirstPort { get; init; } = First;

        /// <summary>The number of ports that it may assign.</summary>
        internal int Ports { get; }

        /// <summary>
        /// The steps: <c>out UDP A:5000 to S:53</c>, and <c>in UDP #1 from S:53</c> for the first port that was assigned for that
        /// protocol, <c>free</c> for one that was not assigned for any, or <c>other</c> for one that only another protocol has.
        /// </summary>
        internal IReadOnlyList<string> Steps { get; }
    }

    // Ports are told by the order in which they were first assigned, so that any choice of ports is as good as another.
    private sealed class Run(PortTranslator translator, int first, int ports)
    {
        private readonly Dictionary<IpProtocol, List<ushort>> _assigned = [];

        private IEnumerable<ushort> All => _assigned.Values.SelectMany(ports => ports);

        public string Do(string step)
        {
            var words = step.Split(' ');
            var (protocol, other) = (Enum.Parse<IpProtocol>(words[1], ignoreCase: true), Endpoint(words[4]));
            var assigned = _assigned.TryGetValue(protocol, out var known) ? known : _assigned[protocol] = [];
            if (words[0] == "out")
            {
                return translator.Outbound(protocol, Endpoint(words[2]), other) is { } port
                    ? Assigned(assigned, port)
                    : "no port is left";
            }

            // Whether another protocol has such a port depends on which ports were chosen: if none has, nobody is meant either.
            return PortOf(words[2], assigned) is not { } arriving ? words[2] == "other" ? "for nobody" : "there is no such port"
                : translator.Inbound(protocol, arriving, other) is { } inside ? $"for {Name(inside)}"
                : "for nobody";
        }

        private static NatEndpoint Endpoint(string text) => NatEndpoint.Parse(text
            .Replace("A:", "192.168.1.10:", StringComparison.Ordinal)
            .Replace("B:", "192.168.1.11:", StringComparison.Ordinal)
            .Replace("C:", "192.168.1.12:", StringComparison.Ordinal)
            .Replace("S:", "203.0.113.10:", StringComparison.Ordinal)
            .Replace("T:", "192.0.2.7:", StringComparison.Ordinal));

        private static string Name(NatEndpoint inside) => inside.ToString()
            .Replace("192.168.1.10:", "A:", StringComparison.Ordinal)
            .Replace("192.168.1.11:", "B:", StringComparison.Ordinal)
            .Replace("192.168.1.12:", "C:", StringComparison.Ordinal);

        private string Assigned(List<ushort> assigned, ushort port)
        {
            if (port < first || port >= first + ports)
            {
                return InvariantText.Format($"port {port}, which may not be assigned");
            }

            if (!assigned.Contains(port))
            {
                assigned.Add(port);
            }

            return InvariantText.Format($"port #{assigned.IndexOf(port) + 1}");
        }

        private ushort? PortOf(string text, List<ushort> assigned) => text switch
        {
            "free" => (ushort)Enumerable.Range(First, Last - First).First(port => !All.Contains((ushort)port)),
            "other" => All.Where(port => !assigned.Contains(port)).Cast<ushort?>().LastOrDefault(),
            _ => assigned.ElementAtOrDefault(text[1] - '1') is > 0 and var port ? port : null,
        };
    }

    // The table of the course, at a time that does not pass.
    private sealed class Course(NatTable table) : PortTranslator
    {
        public override ushort? Outbound(IpProtocol protocol, NatEndpoint inside, NatEndpoint remote) =>
            table.Outbound(protocol, inside.Address, inside.Port, TimeSpan.Zero);

        public override NatEndpoint? Inbound(IpProtocol protocol, ushort port, NatEndpoint remote) =>
            table.Inbound(protocol, port, TimeSpan.Zero) is { } mapping ? new NatEndpoint(mapping.Address, mapping.Port) : null;
    }

    // A translator that can be given one flaw.
    private sealed class Flawed(ushort first, ushort last, Flaw flaw) : PortTranslator
    {
        private readonly List<(IpProtocol Protocol, NatEndpoint Inside, HashSet<NatEndpoint> To, ushort Port)> _entries = [];
        private int _assigned;

        public override ushort? Outbound(IpProtocol protocol, NatEndpoint inside, NatEndpoint remote)
        {
            var known = _entries.FindIndex(entry => IsOf(entry.Protocol, protocol) && IsSame(entry.Inside, inside)
                && (flaw != Flaw.PerDestination || entry.To.Contains(remote)));
            if (known >= 0 && flaw != Flaw.NewEachTime)
            {
                _entries[known].To.Add(remote);
                return _entries[known].Port;
            }

            if (Choose(protocol, inside) is not { } port)
            {
                return null;
            }

            _entries.RemoveAll(entry => entry.Port == port && IsOf(entry.Protocol, protocol));
            _entries.Add((protocol, inside, [remote], port));
            return port;
        }

        public override NatEndpoint? Inbound(IpProtocol protocol, ushort port, NatEndpoint remote)
        {
            var at = _entries.FindIndex(entry => entry.Port == port
                && (flaw == Flaw.InboundAnyProtocol || IsOf(entry.Protocol, protocol))
                && (flaw != Flaw.OnlyFromThere || entry.To.Contains(remote)));
            return at >= 0 ? _entries[at].Inside
                : flaw == Flaw.LetsAllIn && _entries.Count > 0 ? _entries[^1].Inside
                : null;
        }

        private bool IsOf(IpProtocol one, IpProtocol other) => one == other || flaw == Flaw.ForgetsProtocol;

        private bool IsSame(NatEndpoint one, NatEndpoint other) => flaw switch
        {
            Flaw.KeyIsPort => one.Port == other.Port,
            Flaw.KeyIsAddress => one.Address == other.Address,
            _ => one == other,
        };

        private ushort? Choose(IpProtocol protocol, NatEndpoint inside)
        {
            if (flaw == Flaw.KeepsPorts || (flaw == Flaw.KeepsIdentifiers && protocol == IpProtocol.Icmp))
            {
                return inside.Port;
            }

            var end = flaw == Flaw.LosesLast ? last - 1 : last;
            for (int port = first; port <= end; port++)
            {
                if (!_entries.Exists(entry =>
                    entry.Port == port && (flaw == Flaw.SharesPorts || IsOf(entry.Protocol, protocol))))
                {
                    return (ushort)port;
                }
            }

            return flaw switch
            {
                Flaw.NeverFull => (ushort)(first + (_assigned++ % (last - first + 1))),
                Flaw.WrapsAround when last == ushort.MaxValue => (ushort)_assigned++,
                _ => null,
            };
        }
    }
}
