using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.7: the rules of a distance-vector router.</summary>
    public static VectorUpdateExercise VectorUpdate { get; } = new();
}

/// <summary>The learner writes what a distance-vector router makes of its neighbours' messages, and what it tells them.</summary>
public sealed class VectorUpdateExercise : CaseExercise<DistanceVectorRules, VectorUpdateExercise.Experiment>
{
    private const int RandomCases = 40;
    private const int RandomNetworks = 4;
    private const int MaxRounds = 120;
    private const int Infinity = DistanceVectorRules.Infinity;

    private static readonly string[] Names = ["B", "C", "D"];

    internal VectorUpdateExercise()
        : base(new ExerciseText(
            "3-network/7-routing.ipynb", "3.7", 1, nameof(Exercises.VectorUpdate),
            "The rules of a distance-vector router",
            "Write a class that derives from `DistanceVectorRules`. `Receive` is called when a neighbour advertises its distance "
                + "to a destination, and returns the router's route from now on: shorter paths win, a path of the same length "
                + "does not, and what the current next hop says always holds. No distance is above 16, which means unreachable. "
                + "`Advertise` returns the distance to advertise to a neighbour, with poisoned reverse.",
            [
                "`Receive` first: how far is it through this neighbour? Then two questions decide. Is the neighbour the router's "
                    + "current next hop? If it is not: is the way through it shorter than the present one?",
                "`var through = Math.Min(told + cost, Infinity)`. If `own.NextHop == neighbour` or `through < own.Distance`, the "
                    + "new route is `new VectorRoute(through, neighbour)`; otherwise it is `own`. `Advertise` returns `Infinity` "
                    + "to the next hop, and `own.Distance` to everyone else.",
            ]))
    {
    }

    internal override DistanceVectorRules Reference { get; } = new Flawed();

    internal override IReadOnlyList<Mistake<DistanceVectorRules>> Mistakes { get; } =
    [
        new(
            "ignores worse news from its own next hop",
            "Your router does not take worse news from its next hop. The path through it has become longer, or is gone, and the "
                + "router goes on believing what it heard before, and its packets may be lost for ever. The next hop is "
                + "the one that forwards them: what it says now replaces what it said before.",
            new Flawed { OnlyShorter = true }),
        new(
            "counts beyond infinity",
            "Your router returns distances above 16. In RIP, 16 means unreachable, and counting ends there. Without a limit, two "
                + "routers that have lost a destination go on counting for ever: 17, 18, 19. Take the smaller of the sum and 16.",
            new Flawed { Cap = int.MaxValue }),
        new(
            "tells the next hop its own news",
            "Your `Advertise` says the same to everyone. The next hop hears from you a path that leads through itself. When its "
                + "own path is gone, it takes yours, and the two of you count to infinity while packets go back and forth. Tell "
                + "the next hop 16: poisoned reverse.",
            new Flawed { Poison = (_, _) => false }),
        new(
            "poisons the wrong neighbours",
            "Your `Advertise` says 16 to neighbours that are not the next hop. They are the ones who need your path; only the "
                + "next hop has no use for it. With yours, no news travels further than one link.",
            new Flawed { Poison = (next, neighbour) => next is not null && next != neighbour }),
        new(
            "counts every link as 1",
            "Your router adds 1 for the link to the neighbour, whatever the link costs. Packets then take the path with the "
                + "fewest links, even if they are the slowest ones. Add `cost`.",
            new Flawed { Cost = _ => 1 }),
        new(
            "forgets the link to the neighbour",
            "Your `Receive` takes the neighbour's distance as the router's own. The neighbour is one link away: its distance "
                + "and the cost of that link together are the router's. If nobody adds it, every router is at distance 0 "
                + "from everything.",
            new Flawed { Cost = _ => 0 }),
        new(
            "compares before it adds the link",
            "Your router compares what the neighbour told with its own distance, and adds the cost of the link only afterwards. "
                + "A neighbour at distance 3 behind a link of cost 10 then replaces a path of length 4 by one of length 13. "
                + "Compare whole paths.",
            new Flawed { ComparesTold = true }),
        new(
            "changes to a path of the same length",
            "Your router leaves its path for another one that is just as long. With two such paths, it changes to and fro with "
                + "every message, and the packets of one connection overtake each other. Change only if the new path is "
                + "shorter.",
            new Flawed { EqualToo = true }),
        new(
            "believes the neighbour that spoke last",
            "Your router takes every message for its new route, good or bad, from any neighbour. A neighbour with a long way "
                + "round replaces the short path. A neighbour other than the next hop has to offer a shorter path.",
            new Flawed { BelievesAll = true }),
        new(
            "adds the link when it tells",
            "Your `Advertise` adds something to the distance. The one who hears it adds the cost of the link; if both do, each "
                + "link is counted twice. Tell your own distance as it is.",
            new Flawed { Added = 1 }),
    ];

    private protected override IEnumerable<Experiment> Cases(Random random)
    {
        yield return new Heard(VectorRoute.Unreachable, "B", 1, 2);
        yield return new Heard(VectorRoute.Unreachable, "C", 5, 2);
        yield return new Heard(new VectorRoute(9, "B"), "C", 1, 3);
        yield return new Heard(new VectorRoute(3, "B"), "C", 1, 7);
        yield return new Heard(new VectorRoute(4, "B"), "C", 10, 3);
        yield return new Heard(new VectorRoute(4, "B"), "C", 1, 3);
        yield return new Heard(new VectorRoute(3, "B"), "B", 1, 6);
        yield return new Heard(new VectorRoute(3, "B"), "B", 1, Infinity);
        yield return new Heard(new VectorRoute(12, "B"), "B", 4, 14);
        yield return new Heard(VectorRoute.Unreachable, "C", 1, Infinity);
        yield return new Heard(new VectorRoute(0, null), "C", 1, 1);
        yield return new Told(new VectorRoute(3, "B"), "C");
        yield return new Told(new VectorRoute(3, "B"), "B");
        yield return new Told(new VectorRoute(0, null), "B");
        yield return new Told(VectorRoute.Unreachable, "C");
        for (var i = 0; i < RandomCases; i++)
        {
            var (own, neighbour) = (RandomRoute(random), random.GetItems(Names, 1)[0]);
            yield return random.Next(4) == 0
                ? new Told(own, neighbour)
                : new Heard(own, neighbour, random.Next(1, 5), random.Next(Infinity + 1));
        }

        yield return new Network("A-B, B-C, C-D", "A-B");
        for (var i = 0; i < RandomNetworks; i++)
        {
            string[] links = ["A-B", "B-C", "C-D", "D-E", "E-A", "B-D"];
            yield return new Network(
                string.Join(", ", links.Select(link => InvariantText.Format($"{link} {random.Next(1, 4)}"))),
                random.GetItems(["A-B", "B-C", "C-D", "D-E"], 1)[0]);
        }
    }

    private protected override object? Apply(DistanceVectorRules answer, Experiment arguments)
    {
        switch (arguments)
        {
            case Heard heard:
                var route = answer.Receive(heard.Own, heard.Neighbour, heard.Cost, heard.News);
                // Through whom an unreachable destination is not reached does not matter.
                return new Said(route.Distance == Infinity ? "unreachable" : route.ToString());
            case Told told:
                return answer.Advertise(told.Own, told.Neighbour);
            default:
                return After((Network)arguments, answer);
        }
    }

    private protected override string Describe(Experiment arguments) => arguments switch
    {
        Heard { Own: var own } heard => InvariantText.Format(
            $"called `Receive` with the route `{own}`: {heard.Neighbour}, behind a link of cost {heard.Cost}, told {heard.News}"),
        Told told => $"called `Advertise` with the route `{told.Own}`, for {told.Neighbour}",
        Network network => $"let all routers of the network `{network.Graph}` follow your rules, and cut {network.Cut}",
        _ => "",
    };

    private static object After(Network network, DistanceVectorRules rules)
    {
        var routing = new DistanceVector(NetworkGraph.Of(network.Graph), new DistanceVectorOptions { Rules = rules });
        try
        {
            routing.Converge(MaxRounds);
            routing.Cut(network.Cut[..1], network.Cut[^1..]);
            var rounds = routing.Converge(MaxRounds);
            var nodes = routing.Graph.Nodes;
            return new Transcript(
            [
                InvariantText.Format($"{rounds} rounds after the cut"),
                .. nodes.Select(from =>
                    $"{from} to {string.Join(" ", nodes)}: {string.Join(" ", nodes.Select(to => Far(routing, from, to)))}"),
            ]);
        }
        catch (InvalidOperationException notConverged)
        {
            return new Said(notConverged.Message);
        }
    }

    private static string Far(DistanceVector routing, string from, string to) =>
        routing.Distance(from, to) is { } distance ? InvariantText.Format($"{distance}") : "∞";

    private static VectorRoute RandomRoute(Random random) => random.Next(6) switch
    {
        0 => VectorRoute.Unreachable,
        _ => new VectorRoute(random.Next(1, Infinity), random.GetItems(Names, 1)[0]),
    };

    /// <summary>One call, or one experiment.</summary>
    public abstract record Experiment
    {
        private protected Experiment()
        {
        }
    }

    private sealed record Heard(VectorRoute Own, string Neighbour, int Cost, int News) : Experiment;

    private sealed record Told(VectorRoute Own, string Neighbour) : Experiment;

    private sealed record Network(string Graph, string Cut) : Experiment;

    // The rules of RIP, which can be given one flaw.
    private sealed class Flawed : DistanceVectorRules
    {
        public bool OnlyShorter { get; init; }

        public bool EqualToo { get; init; }

        public bool BelievesAll { get; init; }

        public bool ComparesTold { get; init; }

        public int Cap { get; init; } = Infinity;

        public int Added { get; init; }

        public Func<int, int> Cost { get; init; } = cost => cost;

        public Func<string?, string, bool> Poison { get; init; } = (next, neighbour) => next == neighbour;

        public override VectorRoute Receive(VectorRoute own, string neighbour, int cost, int told)
        {
            var through = Math.Min(told + Cost(cost), Cap);
            var offered = ComparesTold ? told : through;
            var isBetter = BelievesAll || offered < own.Distance || (EqualToo && offered == own.Distance);
            return isBetter || (own.NextHop == neighbour && !OnlyShorter) ? new VectorRoute(through, neighbour) : own;
        }

        public override int Advertise(VectorRoute own, string neighbour) =>
            Poison(own.NextHop, neighbour) ? Infinity : Math.Min(own.Distance + Added, Infinity);
    }
}
