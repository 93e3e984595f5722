using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.7: to whom an autonomous network announces a path.</summary>
    public static ExportFilterExercise ExportFilter { get; } = new();
}

/// <summary>The learner decides to whom a network announces a path (Gao and Rexford, 2001).</summary>
public sealed class ExportFilterExercise : CaseExercise<ExportFilterExercise.Answer, ExportFilterExercise.Experiment>
{
    private const int RandomWorlds = 5;
    private const int MaxRounds = 25;

    private static readonly Prefix Announced = Prefix.Parse("203.0.113.0/24");

    internal ExportFilterExercise()
        : base(new ExerciseText(
            "3-network/7-routing.ipynb", "3.7", 2, nameof(Exercises.ExportFilter),
            "An export filter between autonomous systems",
            "A network knows a path. Return whether it announces the path to a neighbour. `path.Source` says where the path "
                + "comes from: the network's own prefix, or a customer, a peer or a provider. `listener` says what the "
                + "neighbour is to the network (never `PathSource.Own`). A network carries traffic only if a customer pays "
                + "for it, on one side or on the other; its own customers can reach everything.",
            [
                "An announcement is an offer to carry traffic from the listener to the place where the path leads. Who pays for "
                    + "that: the listener, the one at the other end, or nobody?",
                "Customers hear everything, because they pay for it. Everybody hears of a network's own prefixes and of its "
                    + "customers' paths. Paths of peers and providers go to nobody else.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="path">The path that the network uses.</param>
    /// <param name="listener">What the neighbour is to the network: its customer, its peer or its provider.</param>
    /// <returns>Whether the path is announced to that neighbour.</returns>
    public delegate bool Answer(AnnouncedPath path, PathSource listener);

    /// <inheritdoc/>
    public override int Minutes => 5;

    internal override Answer Reference => PathVector.MayAnnounce;

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "announces everything to everyone",
            "Your network announces all paths to all neighbours. So its providers learn from it the way to each other, and "
                + "send their traffic through it: down to it and up again, a valley. It pays twice for packets that have "
                + "nothing to do with it, and its links are too thin for them. Such a leak took much of the Internet offline "
                + "more than once.",
            (_, _) => true),
        new(
            "announces peers' paths to peers",
            "Your network offers one peer the way to another. Neither of them pays, so it would carry their traffic for nothing. "
                + "A peering is for the two networks and their customers alone.",
            (path, listener) => Rule(path, listener) || (path.Source, listener) is (PathSource.Peer, PathSource.Peer)),
        new(
            "announces peers' paths to providers",
            "Your network tells its provider of paths that it has from a peer. The provider, to which it pays for every packet, "
                + "then sends traffic for the peer through it. The peer does not pay for that either.",
            (path, listener) => Rule(path, listener) || (path.Source, listener) is (PathSource.Peer, PathSource.Provider)),
        new(
            "announces providers' paths to peers",
            "Your network offers its peers the whole Internet. It pays its provider for that traffic, and its peers do not pay "
                + "it. Only customers may hear of providers' paths.",
            (path, listener) => Rule(path, listener) || (path.Source, listener) is (PathSource.Provider, PathSource.Peer)),
        new(
            "announces providers' paths to providers",
            "Your network offers one provider the way to another. Packets then go down to it and up again, a valley, and it "
                + "pays on both sides. This is the route leak that happens most: a customer with two providers that passes on "
                + "all it hears.",
            (path, listener) => Rule(path, listener) || (path.Source, listener) is (PathSource.Provider, PathSource.Provider)),
        new(
            "forgets its own prefixes",
            "Your network does not announce its own prefixes to peers and providers. Nobody outside then knows a way to it: its "
                + "packets leave, and no answer comes back. Its own prefixes go to everyone.",
            (path, listener) => listener == PathSource.Customer || path.Source == PathSource.Customer),
        new(
            "hides its customers",
            "Your network tells its peers and providers only of its own prefixes. A customer pays to be reached from everywhere, "
                + "so its paths have to be announced to everyone, like the network's own.",
            (path, listener) => listener == PathSource.Customer || path.Source == PathSource.Own),
        new(
            "talks to customers alone",
            "Your network announces nothing to its peers and providers. So nobody outside knows a way to it or to its customers: "
                + "packets leave, and no answer comes back. Two kinds of paths have to be announced to "
                + "everyone: the network's own prefixes and its customers' paths.",
            (_, listener) => listener == PathSource.Customer),
        new(
            "hides the rest of the world from its customers",
            "Your network announces to its customers only its own and its customers' paths. A customer pays for the way to the "
                + "whole Internet: it has to hear of the paths of peers and providers as well.",
            (path, _) => path.Source is PathSource.Own or PathSource.Customer),
        new(
            "takes customers for providers",
            "Your filter has the direction of the money the wrong way round. `listener` says what the neighbour is to the "
                + "network: `PathSource.Customer` means that the neighbour pays. Customers hear everything; providers hear only "
                + "of the network itself and of its customers.",
            (path, listener) => path.Source is PathSource.Own or PathSource.Provider || listener == PathSource.Provider),
        new(
            "hides only providers' paths",
            "Your network keeps providers' paths from its peers and providers, and announces peers' paths to everyone. A peer "
                + "does not pay, any more than a provider does: the network would carry a stranger's traffic to the peer for "
                + "nothing. Peers' paths are for customers alone.",
            (path, listener) => listener == PathSource.Customer || path.Source != PathSource.Provider),
        new(
            "hides only peers' paths",
            "Your network keeps peers' paths from its peers and providers, and announces providers' paths to everyone. It pays "
                + "a provider for each packet that it sends there, and would do so for strangers. Providers' paths are for "
                + "customers alone.",
            (path, listener) => listener == PathSource.Customer || path.Source != PathSource.Peer),
        new(
            "hides paths only from providers",
            "Your network announces to its peers all that it announces to its customers. Only customers pay: peers hear, as "
                + "providers do, of its own prefixes and of its customers' paths.",
            (path, listener) => listener != PathSource.Provider || path.Source is PathSource.Own or PathSource.Customer),
        new(
            "wants a customer on both sides",
            "Your network announces a path only if the listener is a customer and the path is a customer's (or its own). One "
                + "side that pays is enough: a customer hears everything, and everyone hears of a customer. The two "
                + "conditions belong together with `||` and not with `&&`.",
            (path, listener) => listener == PathSource.Customer && path.Source is PathSource.Own or PathSource.Customer),
    ];

    private protected override IEnumerable<Experiment> Cases(Random random)
    {
        yield return new AllPairs();
        yield return new World("T > A, T > B, A = B, A > S, B > U", "S");
        yield return new World("T > A, U > A, T = U, T > B, U > C", "B");
        yield return new World("A = B, B = C, A > S, C > U", "S");
        for (var i = 0; i < RandomWorlds; i++)
        {
            yield return RandomWorld(random);
        }
    }

    private protected override object? Apply(Answer answer, Experiment arguments)
    {
        if (arguments is AllPairs)
        {
            return new Transcript([.. Enum.GetValues<PathSource>().Select(source => Listeners(answer, source))]);
        }

        var world = (World)arguments;
        var routing = PathVector.Of(world.Relations, (path, listener) => answer(path, listener));
        routing.Announce(world.Owner, Announced);
        try
        {
            routing.Converge(MaxRounds);
        }
        catch (InvalidOperationException neverEnding)
        {
            return new Said(neverEnding.Message);
        }

        return new Transcript([.. routing.Networks.Select(name => routing.Route(name, Announced.Network) is { } path
            ? $"{name}: {(path.Hops.Count == 0 ? "here" : string.Join(" ", path.Hops))}"
            : $"{name}: no path")]);
    }

    private protected override string Describe(Experiment arguments) => arguments switch
    {
        AllPairs => "asked to whom a network announces each kind of path",
        World world => $"let all networks of `{world.Relations}` use your filter while {world.Owner} announces {Announced}",
        _ => "",
    };

    private static string Listeners(Answer answer, PathSource source)
    {
        PathSource[] neighbours = [PathSource.Customer, PathSource.Peer, PathSource.Provider];
        string[] listeners =
        [
            .. neighbours
                .Where(to => answer(new AnnouncedPath(Announced, source == PathSource.Own ? [] : ["N", "S"], source), to))
                .Select(to => $"{Told(to)}s"),
        ];
        return $"{(source == PathSource.Own ? "its own prefix" : $"a path from a {Told(source)}")} "
            + (listeners.Length == 0 ? "to nobody" : $"to {string.Join(", ", listeners)}");
    }

    private static string Told(PathSource source) => InvariantText.Of(source);

    private static bool Rule(AnnouncedPath path, PathSource listener) => PathVector.MayAnnounce(path, listener);

    // A hierarchy: providers come before their customers, and peers are beside each other.
    private static World RandomWorld(Random random)
    {
        string[] names = ["A", "B", "C", "D", "E", "F", "G"];
        List<string> relations = ["A = B"];
        for (var i = 2; i < names.Length; i++)
        {
            foreach (var upper in names[..i].OrderBy(_ => random.Next()).Take(random.Next(1, 3)).Order())
            {
                relations.Add(random.Next(4) == 0 ? $"{upper} = {names[i]}" : $"{upper} > {names[i]}");
            }
        }

        return new World(string.Join(", ", relations), names[random.Next(names.Length)]);
    }

    /// <summary>One call, or one experiment.</summary>
    public abstract record Experiment
    {
        private protected Experiment()
        {
        }
    }

    private sealed record AllPairs : Experiment;

    private sealed record World(string Relations, string Owner) : Experiment;
}
