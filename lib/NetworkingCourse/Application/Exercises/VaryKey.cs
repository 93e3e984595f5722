using NetworkingCourse.Application;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.8: the key under which a cache keeps an answer that varies.</summary>
    public static VaryKeyExercise VaryKey { get; } = new();
}

/// <summary>The learner makes a cache's key from a request and the field <c>Vary</c> of its answer.</summary>
public sealed class VaryKeyExercise : CaseExercise<VaryKeyExercise.Answer, VaryKeyExercise.Asked>
{
    private const int RandomCases = 80;

    // More than the remainders, 1,999 of them, that a signed hash code can have when it is divided by 1,000.
    private const int Pages = 2500;

    private static readonly string[] Separators = [",", ", ", "|", ";", "; ", "+", "-", "_", " ", "\t", "&", "#", "/", ":"];
    private static readonly string[] Labels = ["", "X-B=", "x-b=", "X-B:", "x-b:", "X-B: ", "x-b: "];

    internal VaryKeyExercise()
        : base(new ExerciseText(
            "1-application/8-answers-that-can-be-kept.ipynb", "1.8", 2, nameof(Exercises.VaryKey),
            "One page in several forms",
            "Return a key, a text of your own choice, for the request `request` whose answer had the field `Vary: …` with the "
                + "value `vary` (null if there was none). Two requests must have the same key exactly if the answer to one can "
                + "be used for the other: if their targets are the same, and for each field that `vary` names, both have the "
                + "same value, or neither has the field. Values are compared letter by letter, and an empty value is not a "
                + "missing field. Return null if one of the names in `vary` is `*`: such an answer is good for one request "
                + "only. `vary` is a list with commas between names, and perhaps spaces; names of fields may be in upper or "
                + "lower case. `request.Target` is the target, and `request.Values(name)` are the values of all fields of that "
                + "name, in any case, in order. Join several values of one field by a comma and a space: they mean the same.",
            [
                "Take `vary` apart first. The key is made of the target and of the values of those fields: in which order, and "
                    + "how do you keep two values apart?",
                "Begin with the target, and add for each name in `vary`, in the order of that list, a line with the name in "
                    + "lower case and its values. A value never contains a line feed, so a line feed may stand between them. A "
                    + "field that is missing must look different from one that is empty.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="request">The request.</param>
    /// <param name="vary">The value of the answer's field <c>Vary</c>; null if it has none.</param>
    /// <returns>The key; null if the answer cannot be used for another request.</returns>
    public delegate string? Answer(AskedPage request, string? vary);

    internal override Answer Reference => (request, vary) => Key(request, Names(vary));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "keeps one form for all",
            "Your key does not depend on the fields that `vary` names. The first reader's language, or compression, is then "
                + "what every reader gets.",
            (request, vary) => Names(vary).Contains("*") ? null : request.Target),
        new(
            "leaves the target out",
            "Your key does not depend on the target: two pages have the same key.",
            (request, vary) => Key(new AskedPage("", request.Fields), Names(vary))),
        new(
            "takes the star for a name",
            "Your method returns a key although `vary` contains `*`. It means that the answer depends on something that no "
                + "field shows, so that no other request is known to match (RFC 9111, section 4.1).",
            (request, vary) => Key(request, Names(vary).Where(name => name != "*"))),
        new(
            "sees the star only if it is alone",
            "Your method compares the whole of `vary` with `*`. It is a list: the star may stand beside names.",
            (request, vary) => vary == "*" ? null : Key(request, Names(vary).Where(name => name != "*"))),
        new(
            "compares names of fields exactly",
            "Your method finds a field only if its name is written as in `vary`. `accept-language` and `Accept-Language` are "
                + "the same name.",
            (request, vary) => Key(
                new AskedPage(
                    request.Target,
                    [.. request.Fields.Where(field => Names(vary).All(
                        name => name == field.Name || !name.Equals(field.Name, StringComparison.OrdinalIgnoreCase)))]),
                Names(vary))),
        new(
            "depends on the order of the request's fields",
            "Two requests with the same fields in another order have different keys. The order of fields with different names "
                + "means nothing (RFC 9110, section 5.3). Go through `vary`, and not through the request.",
            (request, vary) => Names(vary).Contains("*") ? null : string.Join('\n', request.Fields
                .Select(field => field.Name.ToLowerInvariant())
                .Where(name => Names(vary).Contains(name, StringComparer.OrdinalIgnoreCase)).Distinct()
                .Select(name => $"{name}: {string.Join(", ", request.Values(name))}").Prepend(request.Target))),
        new(
            "takes all fields of the request into the key",
            "Your key depends on fields that `vary` does not name, such as `User-Agent`. It is never wrong and hardly ever "
                + "useful: almost every reader has a page of his own, and the cache is full of copies.",
            (request, vary) => Key(
                request, Names(vary).Concat(request.Fields.Select(field => field.Name.ToLowerInvariant()).Order()).Distinct())),
        new(
            "takes only the first name",
            "Your method takes only one name out of `vary`. It is a list: the answer depends on all of these fields.",
            (request, vary) => Names(vary).Contains("*") ? null : Key(request, Names(vary).Take(1))),
        new(
            "does not trim the names",
            "Your method splits `vary` at its commas, and looks for a field whose name begins with a space. There is none.",
            (request, vary) => Names(vary).Contains("*") ? null : Key(
                request, (vary ?? "").Split(',').Where(name => name == name.Trim()))),
        new(
            "takes a missing field for an empty one",
            "Your key is the same whether a field is missing or empty. The two mean different things: `Accept-Encoding:` with "
                + "nothing after it asks for no compression at all, and a request without the field accepts any.",
            (request, vary) => Names(vary).Contains("*") ? null : string.Join(
                '\n', Names(vary).Select(name => string.Join(", ", request.Values(name))).Prepend(request.Target))),
        new(
            "ignores the case of values",
            "Your key is the same for values that differ in upper and lower case. Only the *names* of fields are compared "
                + "without case: what a value means, the cache cannot know.",
            (request, vary) => Key(request, Names(vary)) is { } key ? request.Target + key.ToLowerInvariant() : null),
        new(
            "runs the values together",
            "Your key puts the values after one another, so that you cannot tell where one ends: `de` and nothing gives the "
                + "same key as nothing and `de`. Put something between them that no value contains, and do so for missing "
                + "ones, too.",
            (request, vary) => Names(vary).Contains("*") ? null : request.Target + "\n" + string.Concat(
                Names(vary).Select(name => string.Join(", ", request.Values(name))))),
        new(
            "separates the values by what a value may contain",
            "Your key is the same for two requests with different values: what you put between the values may also be part of "
                + "one, and then you cannot tell where it ends. Commas, bars, spaces and names may all occur in a value. A line "
                + "feed never does.",
            (request, vary) => Names(vary).Contains("*") ? null : string.Join(
                '|',
                Names(vary)
                    .Select(name => request.Values(name) is { Length: > 0 } values ? string.Join(", ", values) : $"no {name}")
                    .Prepend(request.Target))),
        new(
            "makes the key too short",
            "Your key is the same for some of many different pages: it is too short to tell them apart, as a hash code is that "
                + "is cut to a few digits. A cache that finds an answer under such a key gives a reader the wrong page. Put the "
                + "whole target and the values themselves into the key.",
            (request, vary) => Key(request with { Target = request.Target[..Math.Min(request.Target.Length, 4)] }, Names(vary))),
    ];

    private protected override IEnumerable<Asked> Cases(Random random)
    {
        static AskedPage Page(string target, params (string Name, string Value)[] fields) => new(target, fields);
        (string, string) german = ("Accept-Language", "de"), english = ("Accept-Language", "en");
        (string, string) packed = ("Accept-Encoding", "gzip"), browser = ("User-Agent", "one"), other = ("User-Agent", "other");
        yield return new(null, Page("/", german), Page("/", german));
        yield return new(null, Page("/", german), Page("/", english));
        yield return new(null, Page("/", german), Page("/news", german));
        yield return new("Accept-Language", Page("/", german), Page("/", english));
        yield return new("Accept-Language", Page("/", german, browser), Page("/", german, other));
        yield return new("Accept-Language", Page("/", german), Page("/"));
        yield return new("Accept-Language", Page("/", german), Page("/news", german));
        yield return new("accept-language", Page("/", german), Page("/", english));
        yield return new("Accept-Language", Page("/", ("accept-language", "de")), Page("/", ("accept-language", "en")));
        yield return new("*", Page("/", german), Page("/", german));
        yield return new("Accept-Language, *", Page("/", german), Page("/", german));
        yield return new("X-A*", Page("/", german), Page("/", german));
        yield return new("Accept-Encoding, Accept-Language", Page("/", german, packed), Page("/", packed, german));
        yield return new("Accept-Encoding,Accept-Language", Page("/", packed, german), Page("/", packed, english));
        yield return new("Accept-Encoding, Accept-Language", Page("/", packed, german), Page("/", packed, english));
        yield return new("X-A, X-B", Page("/", ("X-A", "de")), Page("/", ("X-B", "de")));
        yield return new("X-A, X-B", Page("/", ("X-A", "ab"), ("X-B", "c")), Page("/", ("X-A", "a"), ("X-B", "bc")));
        yield return new("X-A", Page("/", ("X-A", "1"), ("X-A", "2")), Page("/", ("X-A", "1"), ("X-A", "3")));
        yield return new("X-A", Page("/", ("X-A", "1"), ("X-A", "2")), Page("/", ("X-A", "1, 2")));
        yield return new("X-A", Page("/", ("X-A", "1, 2")), Page("/", ("X-A", "1,2")));
        yield return new("X-A", Page("/", ("X-A", "1"), ("X-A", "2")), Page("/", ("X-A", "2"), ("X-A", "1")));
        yield return new("X-A", Page("/", ("X-A", "")), Page("/"));
        yield return new("X-A", Page("/", ("X-A", "null")), Page("/"));
        yield return new("Accept-Language", Page("/", german), Page("/", ("Accept-Language", "DE")));
        yield return new("Accept-Language", Page("/a", german), Page("/A", german));
        yield return new(
            "X-A, X-B", Page("/", ("X-A", "1"), ("X-A", "2"), ("X-B", "3")), Page("/", ("X-A", "1"), ("X-B", "2"), ("X-B", "3")));
        yield return new("X-A, X-B", Page("/", ("X-A", "1, x-b=2")), Page("/", ("X-A", "1"), ("X-B", "2")));
        yield return new("X-A, X-B", Page("/"), Page("/"), Asking.Separators);
        yield return new("X-A", Page("/1"), Page($"/{Pages}"), Asking.Pages);
        for (var i = 0; i < RandomCases; i++)
        {
            var names = random.GetItems(["X-A", "X-B", "X-C"], random.Next(1, 4)).Distinct().ToArray();
            var vary = string.Join(random.Next(3) == 0 ? "," : ", ", random.Next(8) == 0 ? [.. names, "*"] : names);
            var first = RandomPage(random, null);
            yield return new(random.Next(10) == 0 ? null : vary, first, RandomPage(random, first));
        }
    }

    private protected override object? Apply(Answer answer, Asked arguments) =>
        arguments.Asking != Asking.Pair
            ? AnySame(answer, arguments) ? "the same key for some that differ" : "different keys"
            : (answer(arguments.First, arguments.Vary), answer(arguments.Second, arguments.Vary)) switch
            {
                (null, null) => "no key",
                (null, _) or (_, null) => "one key, and one null",
                var (one, other) => one == other ? "the same key" : "two keys",
            };

    private protected override string Describe(Asked arguments) => arguments.Asking switch
    {
        Asking.Pages => InvariantText.Format(
            $"asked for the keys of {Pages:N0} pages, from `/1` to `/{Pages}`, with `Vary: {arguments.Vary}`"),
        Asking.Separators => $"asked for the keys of pairs of requests whose values contain commas, bars and the like, with "
            + $"`Vary: {arguments.Vary}`; for example `X-A: 1|2`, `X-B: 3` and `X-A: 1`, `X-B: 2|3`",
        _ => $"asked for the keys of two requests, with {(arguments.Vary is null ? "no `Vary`" : $"`Vary: {arguments.Vary}`")}: "
            + $"{Text(arguments.First)}; {Text(arguments.Second)}",
    };

    private static bool AnySame(Answer answer, Asked arguments)
    {
        if (arguments.Asking == Asking.Pages)
        {
            var pages = Enumerable.Range(1, Pages).Select(i => new AskedPage(InvariantText.Format($"/{i}"), []));
            return pages.Select(page => answer(page, arguments.Vary)).Distinct().Count() < Pages;
        }

        // What a learner may put between two values, alone or before the name of the next.
        return Separators.SelectMany(separator => Labels.Select(label => separator + label)).Any(between =>
            answer(Of($"1{between}2", "3"), arguments.Vary) == answer(Of("1", $"2{between}3"), arguments.Vary));

        static AskedPage Of(string a, string b) => new("/", [("X-A", a), ("X-B", b)]);
    }

    private static string Text(AskedPage page) =>
        $"`{page.Target}`" + string.Concat(page.Fields.Select(field => $", `{field.Name}: {field.Value}`"));

    private static AskedPage RandomPage(Random random, AskedPage? like)
    {
        if (like is not null && random.Next(2) == 0)
        {
            (string, string)[] shuffled = [.. like.Fields.Select(field =>
                (random.Next(3) == 0 ? field.Name.ToLowerInvariant() : field.Name, field.Value))];
            random.Shuffle(shuffled);
            var agent = ("User-Agent", random.GetItems(["one", "other"], 1)[0]);
            return new AskedPage(like.Target, [.. shuffled, agent]);
        }

        var fields = new List<(string, string)>();
        foreach (var name in (string[])["X-A", "X-B", "X-C"])
        {
            if (random.Next(3) > 0)
            {
                fields.Add((name, random.GetItems(["a", "b"], 1)[0]));
            }
        }

        return new AskedPage(like?.Target ?? random.GetItems(["/", "/news"], 1)[0], [.. fields]);
    }

    private static IEnumerable<string> Names(string? vary) => HttpList.Members([vary ?? ""]);

    private static string? Key(AskedPage request, IEnumerable<string> names) => names.Contains("*") ? null : string.Join(
        '\n',
        names.Select(name => request.Values(name) is { Length: > 0 } values
            ? $"{name.ToLowerInvariant()}: {string.Join(", ", values)}"
            : $"no {name.ToLowerInvariant()}").Prepend(request.Target));

    /// <summary>The arguments of two calls; see <see cref="Answer"/>.</summary>
    /// <param name="Vary">The value of <c>Vary</c>.</param>
    /// <param name="First">The request whose answer is kept.</param>
    /// <param name="Second">The request that might be given this answer.</param>
    /// <param name="Asking">Which requests are asked for.</param>
    public sealed record Asked(string? Vary, AskedPage First, AskedPage Second, Asking Asking = Asking.Pair);

    /// <summary>Which requests are asked for.</summary>
    public enum Asking
    {
        /// <summary>The two.</summary>
        Pair,

        /// <summary>Pairs whose values contain what may stand between two values in a key.</summary>
        Separators,

        /// <summary>Many pages, from the first to the second.</summary>
        Pages,
    }
}

/// <summary>A request for a page, as the exercise hands it in.</summary>
/// <param name="Target">Its target.</param>
/// <param name="Fields">Its header fields, in order.</param>
public sealed record AskedPage(string Target, IReadOnlyList<(string Name, string Value)> Fields)
{
    /// <summary>The values of all fields with a name, in upper or lower case, in order; empty if there is none.</summary>
    public string[] Values(string name) =>
        [.. Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];
}
