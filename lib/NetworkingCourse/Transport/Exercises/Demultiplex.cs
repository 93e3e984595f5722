using System.Net;
using NetworkingCourse.Checking;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.1: find the socket for a datagram.</summary>
    public static DemultiplexExercise Demultiplex { get; } = new();
}

/// <summary>The learner does what the system does with each datagram that arrives: finds the socket that it is for.</summary>
public sealed class DemultiplexExercise : CaseExercise<DemultiplexExercise.Answer, DemultiplexExercise.Arrival>
{
    private const int RandomCases = 60;

    internal DemultiplexExercise()
        : base(new ExerciseText(
            "2-transport/1-ports-and-udp.ipynb", "2.1", 1, nameof(Exercises.Demultiplex),
            "For which socket is this datagram?",
            "A datagram has arrived. Return the UDP socket that gets it, or null if there is none, so that the sender gets the "
                + "ICMP message. A socket gets only what is sent to its own port, and to its own address; the address 0.0.0.0 "
                + "stands for every address of the machine. A socket that is connected gets only what comes from its peer. If "
                + "several sockets could get it, a connected one comes first, then one with the very address, and 0.0.0.0 last.",
            [
                "Write down which sockets could get the datagram at all, and only then which of them comes first. For which of "
                    + "the two questions does the *source* of the datagram count, and for which sockets?",
                "A socket can get it if `socket.Local.Port == datagram.Destination.Port`, and its address is "
                    + "`datagram.Destination.Address` or `IPAddress.Any`, and its `Peer` is null or `datagram.Source`: compare "
                    + "addresses and end points with `Equals`. Of these, take the first by `OrderBy`: first those whose `Peer` "
                    + "is not null, then those whose address is not `IPAddress.Any`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="datagram">The datagram that has arrived.</param>
    /// <param name="sockets">The UDP sockets of the machine, in the order in which they were opened.</param>
    /// <returns>The socket that gets the datagram; null if none does.</returns>
    public delegate BoundSocket? Answer(Headers datagram, IReadOnlyList<BoundSocket> sockets);

    internal override Answer Reference => (datagram, sockets) => Best(sockets.Where(socket => CanGet(socket, datagram)));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "wants the four-tuple for every socket",
            "Your method compares all four values for every socket. A UDP server's socket is not connected, so it has no peer: "
                + "it gets what anybody sends to its port. With your rule it never gets anything, and there would have to be a "
                + "socket for each client before that client has ever sent something. Only a connected socket is found by the "
                + "four-tuple.",
            (datagram, sockets) => Best(sockets.Where(socket =>
                IsAt(socket, datagram) && datagram.Source.Equals(socket.Peer)))),
        new(
            "ignores the peer of a connected socket",
            "Your method does not look at the source, so a connected socket gets a stranger's datagram. To connect a UDP socket "
                + "means just this: what does not come from the peer is kept out. Compare the peer with the source if the socket "
                + "has a peer.",
            (datagram, sockets) => Best(sockets.Where(socket => IsAt(socket, datagram)))),
        new(
            "prefers the right peer and keeps no stranger out",
            "Your method prefers the socket that is connected to the sender, which is right, but without such a socket it gives "
                + "the datagram to one that is connected to another peer. Such a socket must not get the datagram at "
                + "all. If nothing else is left, the answer is null.",
            (datagram, sockets) => sockets.Where(socket => IsAt(socket, datagram))
                .OrderByDescending(socket => datagram.Source.Equals(socket.Peer))
                .ThenBy(socket => socket.Peer is not null)
                .ThenBy(IsWildcard).FirstOrDefault()),
        new(
            "takes the first that fits",
            "Several sockets fit, and your method takes the one that was opened first. A server that opens a connected socket "
                + "for one of its clients still has its unconnected one, which is older: that client's datagrams would never "
                + "reach the new socket. The most specific socket wins: connected, then the very address, then 0.0.0.0.",
            (datagram, sockets) => sockets.FirstOrDefault(socket => CanGet(socket, datagram))),
        new(
            "compares only the port",
            "Your method compares the destination's port and forgets its address. A machine has several addresses (127.0.0.1 is "
                + "one of them), and two programs may use the same port at two addresses. A socket that is bound to 127.0.0.1 "
                + "must not get what comes in from the network: that is why developers bind to it.",
            (datagram, sockets) => Best(sockets.Where(socket => socket.Local.Port == datagram.Destination.Port
                && (socket.Peer is null || socket.Peer.Equals(datagram.Source))))),
        new(
            "forgets 0.0.0.0",
            "Your method wants the very address of the destination. A socket that is bound to 0.0.0.0 takes what is sent to any "
                + "of the machine's addresses, and no datagram is ever sent *to* 0.0.0.0. Most servers are bound like this, and "
                + "they would get nothing. (If you wrote `== IPAddress.Any`: that asks whether the two are the same *object*. "
                + "Use `Equals`.)",
            (datagram, sockets) => Best(sockets.Where(socket => CanGet(socket, datagram) && !IsWildcard(socket)))),
        new(
            "gives 0.0.0.0 and the very address the same rank",
            "Your method prefers connected sockets, which is right, but does not prefer a socket with the very address to one "
                + "that is bound to 0.0.0.0. The one bound to 0.0.0.0 gets what no other wants; else the second program on that "
                + "port, at an address of its own, would never get anything.",
            (datagram, sockets) => sockets.Where(socket => CanGet(socket, datagram))
                .OrderBy(socket => socket.Peer is null).FirstOrDefault()),
        new(
            "compares the peer's address and not its port",
            "Your method takes a datagram for the peer's if it comes from the same address. On that machine there are other "
                + "programs, with other ports: they are other peers. All clients in this course have the address 127.0.0.1.",
            (datagram, sockets) => Best(sockets.Where(socket => IsAt(socket, datagram)
                && (socket.Peer is null || socket.Peer.Address.Equals(datagram.Source.Address))))),
        new(
            "swaps source and destination",
            "Your method looks for a socket that is bound to the datagram's *source*. The source is the other end; this machine "
                + "is the destination. In the reply, the two are swapped.",
            (datagram, sockets) => Best(sockets.Where(
                socket => CanGet(socket, new Headers(datagram.Destination, datagram.Source))))),
        new(
            "finds no connected socket",
            "Your method never finds a connected socket, not even for its own peer: the datagram goes to another socket, or to "
                + "none. The usual reason is `socket.Peer == datagram.Source`. In C#, that asks whether the two are the same "
                + "object, and they never are. Use `Equals`, which compares what they hold.",
            (datagram, sockets) => Best(sockets.Where(socket => IsAt(socket, datagram) && socket.Peer is null))),
        new(
            "compares the peer's port and not its address",
            "Your method takes a datagram for the peer's if it comes from the same port. Each machine has its own ports, so "
                + "another machine may well use the same number. A peer is an address *and* a port: compare the whole end point.",
            (datagram, sockets) => Best(sockets.Where(socket => IsAt(socket, datagram)
                && (socket.Peer is null || socket.Peer.Port == datagram.Source.Port)))),
        new(
            "lets a socket that cannot get it hide the others",
            "Your method first chooses the socket that comes first, and then finds that its peer is another one. So it returns "
                + "null, although a server's socket beside it takes datagrams from anyone. First leave out all sockets that "
                + "cannot get the datagram. Then choose among the rest.",
            (datagram, sockets) => Best(sockets.Where(socket => IsAt(socket, datagram))) is { } best && CanGet(best, datagram)
                ? best
                : null),
        new(
            "throws if there is no socket",
            "No socket fits, and your method throws an exception. That is what `First` and `Single` do. A datagram for a port "
                + "that no program uses is nothing unusual: return null, so that the system can send its ICMP message. "
                + "`FirstOrDefault` does that.",
            (datagram, sockets) => Best(sockets.Where(socket => CanGet(socket, datagram)))
                ?? throw new InvalidOperationException("There is no socket.")),
        new(
            "compares objects with ==",
            "Your method finds no socket for anything. The usual reason is a `==` between two `IPEndPoint` or `IPAddress` "
                + "objects: in C# it asks whether they are the same object, and the datagram's are never those of a socket. Use "
                + "`Equals`, which compares what they hold.",
            (_, _) => null),
    ];

    private protected override IEnumerable<Arrival> Cases(Random random)
    {
        var (here, network, any) = ("127.0.0.1", "192.0.2.7", "0.0.0.0");
        var (anna, bert) = (At("127.0.0.1", 50_001), At("127.0.0.1", 50_002));
        var server = new BoundSocket(At(here, 53));
        var annas = new BoundSocket(At(here, 53), At("127.0.0.1", 50_001));
        yield return Arrives(anna, At(here, 53), server);
        yield return Arrives(anna, At(here, 54), server);
        yield return Arrives(bert, At(here, 53), annas);
        yield return Arrives(anna, At(here, 53), annas, server);
        yield return Arrives(anna, At(here, 53), new BoundSocket(At(any, 53)), annas);
        yield return Arrives(anna, At(here, 53), server, annas);
        yield return Arrives(bert, At(here, 53), annas, server);
        yield return Arrives(anna, At(network, 53), server);
        yield return Arrives(anna, At(network, 53), server, new BoundSocket(At(any, 53)));
        yield return Arrives(anna, At(here, 53), new BoundSocket(At(any, 53)), server);
        yield return Arrives(At(here, 53), anna, new BoundSocket(anna), server);
        yield return Arrives(
            At("198.51.100.4", 50_001), At(network, 53), new BoundSocket(At(network, 53), At("198.51.100.3", 50_001)));
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomArrival(random);
        }
    }

    private protected override object? Apply(Answer answer, Arrival arguments) =>
        (object?)answer(arguments.Datagram.Copy(), [.. arguments.Sockets.Select(socket => socket.Copy())]) ?? Nobody;

    private protected override string Describe(Arrival arguments) =>
        $"a datagram came from {arguments.Datagram.Source} to {arguments.Datagram.Destination}; the sockets were "
        + string.Join("; ", arguments.Sockets.Select(socket => socket.ToString()));

    private static readonly Said Nobody = new("null: no socket gets it");

    private static Arrival Arrives(IPEndPoint source, IPEndPoint destination, params BoundSocket[] sockets) =>
        new(new Headers(source, destination), sockets);

    private static IPEndPoint At(string address, int port) => new(IPAddress.Parse(address), port);

    private static Arrival RandomArrival(Random random)
    {
        string[] own = ["127.0.0.1", "192.0.2.7"];
        string[] clients = ["127.0.0.1", "198.51.100.3"];
        var sockets = new List<BoundSocket>();
        for (var count = random.Next(2, 8); count > 0; count--)
        {
            // As on real systems, a socket has an address of its own once it is connected, and no two are found in the same way.
            var isConnected = random.Next(3) == 0;
            var local = At(isConnected || random.Next(3) > 0 ? own[random.Next(2)] : "0.0.0.0", random.Next(53, 55));
            var socket = new BoundSocket(local, isConnected ? Client() : null);
            if (!sockets.Contains(socket))
            {
                sockets.Add(socket);
            }
        }

        return new Arrival(new Headers(Client(), At(own[random.Next(2)], random.Next(53, 55))), sockets);

        IPEndPoint Client() => At(clients[random.Next(2)], random.Next(50_001, 50_003));
    }

    private static bool IsWildcard(BoundSocket socket) => socket.Local.Address.Equals(IPAddress.Any);

    // Whether it is bound to the destination of the datagram.
    private static bool IsAt(BoundSocket socket, Headers datagram) => socket.Local.Port == datagram.Destination.Port
        && (IsWildcard(socket) || socket.Local.Address.Equals(datagram.Destination.Address));

    private static bool CanGet(BoundSocket socket, Headers datagram) =>
        IsAt(socket, datagram) && (socket.Peer is null || socket.Peer.Equals(datagram.Source));

    private static BoundSocket? Best(IEnumerable<BoundSocket> sockets) =>
        sockets.OrderBy(socket => socket.Peer is null).ThenBy(IsWildcard).FirstOrDefault();

    /// <summary>What the headers of a datagram say.</summary>
    /// <param name="Source">The address and port that it comes from.</param>
    /// <param name="Destination">The address and port that it is sent to.</param>
    public sealed record Headers(IPEndPoint Source, IPEndPoint Destination)
    {
        internal Headers Copy() => new(Fresh(Source), Fresh(Destination));
    }

    /// <summary>A UDP socket.</summary>
    /// <param name="Local">The address and port that it is bound to; the address 0.0.0.0 stands for every address.</param>
    /// <param name="Peer">The peer to which it is connected; null if it is not connected.</param>
    public sealed record BoundSocket(IPEndPoint Local, IPEndPoint? Peer = null)
    {
        /// <summary>The socket as <c>127.0.0.1:53</c>, with its peer if it has one.</summary>
        public override string ToString() => Peer is null ? Local.ToString() : $"{Local} connected to {Peer}";

        internal BoundSocket Copy() => new(Fresh(Local), Peer is null ? null : Fresh(Peer));
    }

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Datagram">The datagram.</param>
    /// <param name="Sockets">The sockets.</param>
    public sealed record Arrival(Headers Datagram, IReadOnlyList<BoundSocket> Sockets);

    // An object of its own, as the system makes one for each.
    private static IPEndPoint Fresh(IPEndPoint endPoint) => new(new IPAddress(endPoint.Address.GetAddressBytes()), endPoint.Port);
}
