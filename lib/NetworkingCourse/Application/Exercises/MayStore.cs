using NetworkingCourse.Application;
using NetworkingCourse.Checking;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.8: which answers may a cache store?</summary>
    public static MayStoreExercise MayStore { get; } = new();
}

/// <summary>The learner decides whether a cache may store an answer.</summary>
public sealed class MayStoreExercise : CaseExercise<MayStoreExercise.Answer, MayStoreExercise.Asked>
{
    private static readonly string[] Directives =
    [
        "max-age=60", "s-maxage=60", "public", "private", "no-store", "no-cache", "must-revalidate", "proxy-revalidate",
        "x-private",
    ];

    internal MayStoreExercise()
        : base(new ExerciseText(
            "1-application/8-answers-that-can-be-kept.ipynb", "1.8", 3, nameof(Exercises.MayStore),
            "What may be stored?",
            "Decide whether a cache may store the answer `answer`. This cache stores only answers with the status 200 to the "
                + "method `GET`, and none with `no-store`. If it is shared (`answer.IsShared`), it stores none with `private`; "
                + "and if the request had an `Authorization` field (`answer.HasAuthorization`), it stores the answer only with "
                + "`public`, `s-maxage` or `must-revalidate`. `answer.CacheControl` is the value of the field, or null: "
                + "directives with commas between them, in upper or lower case, with or without spaces, and some with `=` and "
                + "a number.",
            [
                "Which of these rules are for shared caches only? And which directive does not forbid to store, although it "
                    + "sounds so?",
                "Make a set of the names first: what stands before the `=`, trimmed, in lower case. Then each rule is one "
                    + "look-up.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="answer">The answer, and what matters of its request.</param>
    /// <returns>Whether the cache may store it.</returns>
    public delegate bool Answer(StorableAnswer answer);

    /// <inheritdoc/>
    public override int Minutes => 6;

    internal override Answer Reference => answer => Decided(answer);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes no-cache for no-store",
            "Your method refuses to store an answer with `no-cache`. In spite of its name, the directive allows storing: it "
                + "demands that the cache asks before each use. A `304` then saves the body.",
            answer => Decided(answer) && !Has(answer, "no-cache")),
        new(
            "takes no-store for no-cache",
            "Your method stores an answer with `no-store`. This is the one directive that forbids it, to private caches, too.",
            answer => Decided(answer, forbids: false)),
        new(
            "refuses a private answer to a private cache",
            "Your method does not store an answer with `private` in a cache that has one user. That is just what the directive "
                + "allows: only shared caches must not store it.",
            answer => Decided(answer) && !Has(answer, "private")),
        new(
            "stores a private answer in a shared cache",
            "Your method stores an answer with `private` in a shared cache, which will show one user's page to the next.",
            answer => Decided(answer, keepsPrivate: true)),
        new(
            "overlooks Authorization",
            "Your method stores the answer to a request with `Authorization` in a shared cache, although the origin has not "
                + "said that others may have it. The next user gets it without a password.",
            answer => Decided(answer with { HasAuthorization = false })),
        new(
            "never stores what needed Authorization",
            "Your method refuses every answer to a request with `Authorization`. The origin can allow it, with `public`, "
                + "`s-maxage` or `must-revalidate` (RFC 9111, section 3.5).",
            answer => Decided(answer) && !(answer.IsShared && answer.HasAuthorization)),
        new(
            "takes max-age for a permission",
            "Your method stores the answer to a request with `Authorization` because of its `max-age`. That says how long, and "
                + "not for whom.",
            answer => Decided(answer) || (Has(answer, "max-age") && Decided(answer with { HasAuthorization = false }))),
        new(
            "stores answers to any method",
            "Your method does not look at the method. The answer to a `POST` tells what that `POST` has done, and a cache that "
                + "repeats it lets the next `POST` do nothing.",
            answer => Decided(answer with { Method = "GET" })),
        new(
            "stores answers of any status",
            "Your method does not look at the status. A `500` in the cache keeps an error alive after the origin has "
                + "recovered, and a `206` is only a part of the page.",
            answer => Decided(answer with { Status = 200 })),
        new(
            "looks for a word anywhere in the field",
            "Your method looks for a directive anywhere in the text of the field, and finds it inside of another one, such as "
                + "`x-private`. A cache must ignore directives that it does not know. Split the field at its commas, and "
                + "compare whole names.",
            answer => Decided(answer with { CacheControl = Split(answer.CacheControl) })),
        new(
            "lets public overrule private",
            "Your method stores an answer with both `public` and `private` in a shared cache. A rule that forbids is not "
                + "undone by one that allows something else.",
            answer => Decided(answer, keepsPrivate: Has(answer, "public"))),
        new(
            "does not know a directive in upper case",
            "Your method does not find `No-Store` or `PRIVATE`. The names of directives do not depend on case, and here that "
                + "matters: your method stores an answer that it must not store.",
            answer => Decided(answer with
            {
                CacheControl = Only(answer.CacheControl, part => !part.Any(char.IsAsciiLetterUpper)),
            })),
        new(
            "does not trim the names",
            "Your method splits the field at its commas, and does not trim the parts. In `max-age=60, private` it finds the "
                + "name ` private`, with a space in front, and does not recognise it. So it stores the answer. Call "
                + "`Trim()` on each part.",
            answer => Decided(answer with { CacheControl = Only(answer.CacheControl, part => part == part.Trim()) })),
        new(
            "takes the number for a part of the name",
            "Your method compares the whole of `s-maxage=60` with `s-maxage`, and finds that they differ. Some directives have "
                + "a value after an `=`: compare only what stands before it.",
            answer => Decided(answer with
            {
                CacheControl = Only(answer.CacheControl, part => !part.Contains('=', StringComparison.Ordinal)),
            })),
    ];

    private protected override IEnumerable<Asked> Cases(Random random)
    {
        static Asked Case(
            bool isShared, string? control, bool hasAuthorization = false, string method = "GET", int status = 200) =>
            new(new StorableAnswer(isShared, method, status, control, hasAuthorization));
        yield return Case(true, "max-age=60");
        yield return Case(true, null);
        yield return Case(true, "no-cache");
        yield return Case(true, "no-store");
        yield return Case(false, "no-store");
        yield return Case(true, "private");
        yield return Case(false, "private");
        yield return Case(true, "max-age=60, private");
        yield return Case(true, "PRIVATE");
        yield return Case(true, "private , max-age=60");
        yield return Case(true, "max-age=60", hasAuthorization: true);
        yield return Case(true, "public, s-maxage=60, must-revalidate", hasAuthorization: true);
        yield return Case(true, "must-revalidate", hasAuthorization: true);
        yield return Case(true, "s-maxage=60", hasAuthorization: true);
        yield return Case(true, "public", hasAuthorization: true);
        yield return Case(false, "max-age=60", hasAuthorization: true);
        yield return Case(true, "max-age=60", method: "POST");
        yield return Case(true, "max-age=60", method: "HEAD");
        yield return Case(true, "max-age=60", method: "get");
        yield return Case(true, "max-age=60, x-private");
        yield return Case(true, "max-age=60, x-no-store=1");
        yield return Case(true, "max-age=60, public-key=1", hasAuthorization: true);
        yield return Case(true, "max-age=60, proxy-revalidate", hasAuthorization: true);
        yield return Case(true, "public, private");
        yield return Case(true, "max-age=0");
        yield return Case(true, "max-age=60", status: 500);
        yield return Case(true, "max-age=60", status: 206);
        for (var i = 0; i < 80; i++)
        {
            var chosen = random.GetItems(Directives, random.Next(4)).Distinct()
                .Select(name => random.Next(4) == 0 ? name.ToUpperInvariant() : name).ToArray();
            yield return Case(
                random.Next(3) > 0,
                chosen.Length == 0 ? null : string.Join(random.Next(2) == 0 ? ", " : ",", chosen),
                random.Next(2) == 0,
                random.Next(8) == 0 ? "POST" : "GET",
                random.Next(8) == 0 ? 404 : 200);
        }
    }

    private protected override object? Apply(Answer answer, Asked arguments) => answer(arguments.Given);

    private protected override string Describe(Asked arguments)
    {
        var given = arguments.Given;
        var control = given.CacheControl is null ? "no `Cache-Control`" : $"`Cache-Control: {given.CacheControl}`";
        var status = given.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return $"asked about a {status} to `{given.Method}` with "
            + $"{control}, {(given.HasAuthorization ? "asked for with" : "without")} `Authorization`, in a "
            + $"{(given.IsShared ? "shared" : "private")} cache";
    }

    private static string? Only(string? control, Func<string, bool> isFound) =>
        control is null ? null : string.Join(',', control.Split(',').Where(isFound));

    // The field with each name once more for every directive that it contains.
    private static string? Split(string? control) => control is null ? null : string.Join(
        ',',
        ((string[])["private", "no-store", "public", "s-maxage", "must-revalidate"])
            .Where(name => control.Contains(name, StringComparison.OrdinalIgnoreCase)));

    private static bool Has(StorableAnswer answer, string directive) => new CacheControl(answer.CacheControl).Has(directive);

    private static bool Decided(StorableAnswer answer, bool forbids = true, bool keepsPrivate = false) =>
        answer is { Method: "GET", Status: 200 }
        && !(forbids && Has(answer, "no-store"))
        && !(answer.IsShared && Has(answer, "private") && !keepsPrivate)
        && !(answer.IsShared && answer.HasAuthorization
            && !Has(answer, "public") && !Has(answer, "s-maxage") && !Has(answer, "must-revalidate"));

    /// <summary>The argument of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Given">The answer to decide about.</param>
    public sealed record Asked(StorableAnswer Given);
}

/// <summary>An answer that a cache might store, as the exercise hands it in.</summary>
/// <param name="IsShared">Whether the cache serves more than one user.</param>
/// <param name="Method">The method of the request.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="CacheControl">The value of its Cache-Control; null if it has none.</param>
/// <param name="HasAuthorization">Whether the request had an Authorization field.</param>
public sealed record StorableAnswer(bool IsShared, string Method, int Status, string? CacheControl, bool HasAuthorization);
