using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.12: to whom a router passes an advertisement on.</summary>
    public static FloodExercise Flood { get; } = new();
}

/// <summary>The learner's router receives advertisements in order.</summary>
public sealed class FloodExercise : ScriptExercise<FloodExercise.Answer>
{
    private const int RandomScripts = 30;
    private const int MessagesInScript = 10;

    private static readonly string[] Neighbours = ["B", "C", "D"];

    internal FloodExercise()
        : base(new ExerciseText(
            "3-network/12-who-may-pass.ipynb", "3.12", 2, nameof(Exercises.Flood),
            "Flooding",
            "Write a class that derives from `Flooder`, for a router with the given neighbours. `Receive` is called for each "
                + "advertisement in order. If its `Number` is higher than that of any before it of the same `Origin`, return "
                + "all neighbours but `from`, the one it came from; `from` is null if the router itself has issued it. Otherwise "
                + "it is old news: return an empty list. Numbers begin at 1.",
            [
                "Which numbers may be compared with each other? Those of one origin say nothing about another.",
                "A `Dictionary<string, int>` holds the highest number of each origin. Compare with it first, then set it, then "
                    + "return `neighbours.Where(neighbour => neighbour != from).ToList()`.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 5;

    /// <summary>Creates a router of the learner's that knows nothing.</summary>
    /// <param name="neighbours">The names of its neighbours.</param>
    public delegate Flooder Answer(IReadOnlyList<string> neighbours);

    private delegate IReadOnlyList<string> Rule(
        IReadOnlyList<string> neighbours, Dictionary<string, int> newest, LinkStateAdvertisement advertisement, string? from);

    internal override Answer Reference { get; } = neighbours => new NewestOnly(neighbours);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        Of(
            "sends it back",
            "Your router sends news also to the neighbour from whom it has come. It ignores them, and half of the messages on "
                + "each link are for nothing.",
            (neighbours, newest, advertisement, _) => IsNews(newest, advertisement) ? neighbours : []),
        Of(
            "passes on everything",
            "Your router passes on what it already knows. In a ring, an advertisement then circulates for ever, and each "
                + "crossing makes more of them.",
            (neighbours, _, _, from) => Others(neighbours, from)),
        Of(
            "passes on what is equally new",
            "Your router passes on an advertisement with the number that it already has. It is a second copy, which came another "
                + "way. In a ring it would circulate for ever.",
            (neighbours, newest, advertisement, from) =>
            {
                var isOld = newest.TryGetValue(advertisement.Origin, out var known) && known > advertisement.Number;
                newest[advertisement.Origin] = Math.Max(advertisement.Number, known);
                return isOld ? [] : Others(neighbours, from);
            }),
        Of(
            "has one number for all origins",
            "Your router compares the numbers of different origins. Each router counts its own advertisements: #1 of a router "
                + "that has just been switched on is news, even if another one is at #7.",
            (neighbours, newest, advertisement, from) =>
                IsNews(newest, advertisement with { Origin = "" }) ? Others(neighbours, from) : []),
        Of(
            "takes only the first",
            "Your router passes on the first advertisement of each origin, and ignores all later ones. When a link is cut, "
                + "no router hears of it. The higher number says that it is newer.",
            (neighbours, newest, advertisement, from) =>
                newest.TryAdd(advertisement.Origin, advertisement.Number) ? Others(neighbours, from) : []),
        Of(
            "takes every other number for news",
            "Your router takes each number that differs from the last one for news. An old advertisement that was late then "
                + "replaces a newer one, and a link that was cut comes back on the map.",
            (neighbours, newest, advertisement, from) =>
            {
                var isKnown = newest.TryGetValue(advertisement.Origin, out var known) && known == advertisement.Number;
                newest[advertisement.Origin] = advertisement.Number;
                return isKnown ? [] : Others(neighbours, from);
            }),
        Of(
            "passes on only its own",
            "Your router sends out only what it has issued itself. So its news goes no further than to its neighbours. Flooding "
                + "means that everyone passes on what is new.",
            (neighbours, newest, advertisement, from) =>
                IsNews(newest, advertisement) && from is null ? Others(neighbours, from) : []),
        Of(
            "waits for the next number",
            "Your router accepts only the number that follows the last one. Advertisements get lost, and then it would never "
                + "accept one again. Any higher number is newer.",
            (neighbours, newest, advertisement, from) =>
                newest.GetValueOrDefault(advertisement.Origin, advertisement.Number - 1) == advertisement.Number - 1
                && IsNews(newest, advertisement) ? Others(neighbours, from) : []),
        Of(
            "returns null for old news",
            "Your router returns null. Code that goes through the list to send to each of them then fails with a "
                + "`NullReferenceException`. Return an empty list, `[]`: the code then has nothing to send.",
            (neighbours, newest, advertisement, from) => IsNews(newest, advertisement) ? Others(neighbours, from) : null!),
        Of(
            "does not remember its own",
            "Your router takes its own advertisement for news when a neighbour sends it back. It has issued it itself: remember "
                + "that number as well, or it goes round once more.",
            (neighbours, newest, advertisement, from) =>
                from is null || IsNews(newest, advertisement) ? Others(neighbours, from) : []),
        Of(
            "leaves out the origin too",
            "Your router does not send the news to the neighbour that has issued it, although it came from another. Only `from` "
                + "is left out. (The origin would ignore it. But one that has restarted learns from it which number is next.)",
            (neighbours, newest, advertisement, from) => IsNews(newest, advertisement)
                ? Others([.. neighbours.Where(neighbour => neighbour != advertisement.Origin)], from) : []),
        Of(
            "waits for number 1",
            "Your router accepts only the next number, and the first one has to be 1. A router that is switched on late, or has "
                + "missed one advertisement, would never accept one again. Any number that is higher than all before it is "
                + "news, and the first one always.",
            (neighbours, newest, advertisement, from) =>
                newest.GetValueOrDefault(advertisement.Origin) == advertisement.Number - 1
                && IsNews(newest, advertisement) ? Others(neighbours, from) : []),
        Of(
            "remembers the last number instead of the highest",
            "Your router does not pass on old news, but remembers its number. After a late copy of #4, number 5 is news to it "
                + "once more, and goes round again. Remember a number only if it is higher.",
            (neighbours, newest, advertisement, from) =>
            {
                var isNews = advertisement.Number > newest.GetValueOrDefault(advertisement.Origin);
                newest[advertisement.Origin] = advertisement.Number;
                return isNews ? Others(neighbours, from) : [];
            }),
        Of(
            "takes what it has not seen before for news",
            "Your router remembers every number that it has seen, and passes on all others. An advertisement that was late is "
                + "one that it has not seen before, but a newer one has already come: a link that was cut would come back on "
                + "the map. Only a number that is higher than all before it is news.",
            (neighbours, newest, advertisement, from) =>
                newest.TryAdd($"{advertisement}", 0) ? Others(neighbours, from) : []),
    ];

    private protected override IEnumerable<Script<Answer>> Scripts(Random random)
    {
        Arrival[][] telling =
        [
            [
                A(1), News("X", 1, "B"), News("X", 2, "B"), News("X", 2, "C"), News("X", 1, "D"), News("X", 3, "C"),
                News("X", 2, "D"),
            ],
            [News("X", 7, "B"), News("Y", 1, "C"), News("X", 8, "B")],
            [News("X", 2, "B"), News("X", 5, "B"), News("X", 4, "C"), News("X", 5, "D"), A(1), A(2)],
            [A(1), News("A", 1, "B"), A(1), A(2), News("A", 2, "C"), A(2)],
            [News("B", 1, "C"), News("C", 1, "C"), News("B", 1, "B")],
        ];
        for (var i = 0; i < telling.Length + RandomScripts; i++)
        {
            yield return Of(i + 1, i < telling.Length ? telling[i] : RandomNews(random));
        }
    }

    private static Arrival A(int number) => News("A", number, null);

    private static Arrival News(string origin, int number, string? from) => new(new(origin, number), from);

    private static Script<Answer> Of(int number, IReadOnlyList<Arrival> arrivals) => new(
        InvariantText.Format($"router A of network {number}, with the neighbours B, C and D"),
        arrivals.Count,
        i => arrivals[i].ToString(),
        answer =>
        {
            var router = answer([.. Neighbours]);
            return router is null ? null : i => Words(router.Receive(arrivals[i].Advertisement, arrivals[i].From));
        });

    private static Said Words(IReadOnlyList<string>? to) =>
        new(to is null ? "null" : to.Count == 0 ? "to nobody: an empty list" : $"to {string.Join(", ", to.Order())}");

    private static Mistake<Answer> Of(string name, string explanation, Rule rule) =>
        new(name, explanation, neighbours => new Ruled(neighbours, rule));

    private static bool IsNews(Dictionary<string, int> newest, LinkStateAdvertisement advertisement)
    {
        var isNews = advertisement.Number > newest.GetValueOrDefault(advertisement.Origin, int.MinValue);
        newest[advertisement.Origin] = Math.Max(advertisement.Number, newest.GetValueOrDefault(advertisement.Origin));
        return isNews;
    }

    private static IReadOnlyList<string> Others(IReadOnlyList<string> neighbours, string? from) =>
        [.. neighbours.Where(neighbour => neighbour != from)];

    private static List<Arrival> RandomNews(Random random)
    {
        List<Arrival> arrivals = [];
        var own = 0;
        for (var i = 0; i < MessagesInScript; i++)
        {
            arrivals.Add(random.Next(5) == 0
                ? A(++own)
                : News(random.GetItems(["X", "Y"], 1)[0], random.Next(1, 5), random.GetItems(Neighbours, 1)[0]));
        }

        return arrivals;
    }

    /// <summary>An advertisement, and the neighbour from which it has come; null if the router itself has issued it.</summary>
    private sealed record Arrival(LinkStateAdvertisement Advertisement, string? From)
    {
        public override string ToString() => $"`{Advertisement}` {(From is null ? "of its own" : $"from {From}")}";
    }

    private sealed class Ruled(IReadOnlyList<string> neighbours, Rule rule) : Flooder
    {
        private readonly Dictionary<string, int> _newest = [];

        public override IReadOnlyList<string> Receive(LinkStateAdvertisement advertisement, string? from) =>
            rule(neighbours, _newest, advertisement, from);
    }
}
