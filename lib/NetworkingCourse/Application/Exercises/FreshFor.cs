using System.Globalization;
using NetworkingCourse.Application;
using NetworkingCourse.Checking;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.8: for how long may a kept answer still be used?</summary>
    public static FreshForExercise FreshFor { get; } = new();
}

/// <summary>The learner computes how long an answer in a cache is still fresh.</summary>
public sealed class FreshForExercise : CaseExercise<FreshForExercise.Answer, FreshForExercise.Asked>
{
    private const int RandomCases = 80;

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    internal FreshForExercise()
        : base(new ExerciseText(
            "1-application/8-answers-that-can-be-kept.ipynb", "1.8", 1, nameof(Exercises.FreshFor),
            "How long is it fresh?",
            "A cache has kept the answer `kept`, and `now` is the time. For how many seconds from now is the answer still "
                + "fresh? Return 0 if it is stale. Its lifetime is the number after `s-maxage` in a shared cache; otherwise, "
                + "or if there is none, the number after `max-age`; otherwise `Expires` minus `Date`; otherwise 0. Its age is "
                + "the sum of the number in `Age` (0 if there is none) and the seconds since `kept.Received`; `Date` is not "
                + "used for it here. An answer with `no-cache` is never fresh. A `max-age` or `s-maxage` whose value is not "
                + "made of digits alone is a lifetime of 0; the next one is not tried. If `Expires` or `Date` is missing or no "
                + "date, that lifetime is 0. `kept[\"Age\"]` is the value of a field or null, and `kept.Time(\"Date\")` is the "
                + "time in a field, or null if it is missing or no date. Names of directives may be in upper or lower case, "
                + "with spaces around the commas between them.",
            [
                "Take `Cache-Control` apart at its commas first, and look for each name among the parts. Which of the three "
                    + "lifetimes comes first?",
                "Subtract the age from the lifetime, and return `Math.Max(0, …)`. Every time is the origin's or yours: `Date` "
                    + "and `Expires` are by the origin's clock, `kept.Received` and `now` are by yours. Subtract only like "
                    + "from like.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="kept">The answer in the cache.</param>
    /// <param name="isShared">Whether the cache serves more than one user.</param>
    /// <param name="now">The time, by the cache's clock.</param>
    /// <returns>The seconds for which the answer is still fresh; 0 if it is stale.</returns>
    public delegate int Answer(StoredResponse kept, bool isShared, DateTimeOffset now);

    internal override Answer Reference => (kept, isShared, now) => Left(kept, isShared, now, Lifetime(kept, isShared));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "ignores Age",
            "Your method counts from the moment at which the answer came. It may have been in another cache before, and `Age` "
                + "says for how long. Two caches in a row would keep an answer for twice its lifetime.",
            (kept, isShared, now) => Left(kept, isShared, now, Lifetime(kept, isShared), age: 0)),
        new(
            "does not let the answer age",
            "Your method gives the same result however long the answer has been in the cache. Add `now - kept.Received` to its "
                + "age, or nothing ever goes stale.",
            (kept, isShared, _) => Left(kept, isShared, kept.Received, Lifetime(kept, isShared))),
        new(
            "returns the lifetime",
            "Your method returns the whole lifetime of an answer that is still fresh. Subtract its age: only the rest is left.",
            (kept, isShared, now) => Left(kept, isShared, now, Lifetime(kept, isShared)) > 0 ? Lifetime(kept, isShared) : 0),
        new(
            "takes the age from Date",
            "Your method takes the age from `Date`. The origin's clock may be wrong, so this exercise counts only `Age` and "
                + "the time since `kept.Received`. (A real cache computes both, and takes the larger one: RFC 9111, section "
                + "4.2.3.)",
            (kept, isShared, now) => Left(kept, isShared, now, Lifetime(kept, isShared), Math.Max(Age(kept), SinceDate(kept)))),
        new(
            "overlooks s-maxage",
            "Your method does not look for `s-maxage`. The *s* stands for *shared*: a cache with many users must take this "
                + "number in place of `max-age`.",
            (kept, isShared, now) => Left(kept, isShared, now, Lifetime(kept, isShared: false))),
        new(
            "obeys s-maxage in a private cache",
            "Your method uses `s-maxage` in a cache that has one user. It is meant for shared caches only, and a browser "
                + "ignores it.",
            (kept, isShared, now) => Left(kept, isShared, now, Lifetime(kept, isShared: true))),
        new(
            "takes Expires before max-age",
            "Your method uses `Expires` although there is a `max-age`. `Expires` is the older field. Origins send both, one "
                + "for old caches and one for yours, and `max-age` overrides it (RFC 9111, section 5.3).",
            (kept, isShared, now) => Left(
                kept, isShared, now, kept["Expires"] is null ? Lifetime(kept, isShared) : ByExpires(kept))),
        new(
            "subtracts its own clock from Expires",
            "Your method subtracts a time of your clock from `Expires`, which is a time of the origin's clock. If one of the "
                + "two is an hour wrong, so is the result. `Expires` minus `Date` is right, even if the origin's clock is not.",
            (kept, isShared, now) => Left(kept, isShared, now, Stated(kept, isShared)
                ?? (kept.Time("Expires") is { } until ? Seconds(until - kept.Received) : 0))),
        new(
            "overlooks no-cache",
            "Your method takes an answer with `no-cache` for fresh. The directive means: keep it if you like, but ask before "
                + "each use. It overrides every lifetime.",
            (kept, isShared, now) => Left(kept, isShared, now, Lifetime(kept, isShared), mayBeFresh: true)),
        new(
            "looks for something else if a number is invalid",
            "Your method skips a `max-age` or `s-maxage` that is no number, and takes the next best lifetime. A cache should "
                + "consider such an answer stale (RFC 9111, section 4.2.1): to ask once too often costs a round trip, and to "
                + "show an old page costs trust.",
            (kept, isShared, now) => Left(kept, isShared, now,
                (isShared ? Valid(kept, "s-maxage") : null) ?? Valid(kept, "max-age") ?? ByExpires(kept))),
        new(
            "does not know a directive in upper case",
            "Your method does not find `Max-Age`. The names of directives do not depend on case (RFC 9111, section 5.2).",
            (kept, isShared, now) => Left(kept, isShared, now, (isShared ? Exact(kept, "s-maxage") : null)
                ?? Exact(kept, "max-age") ?? ByExpires(kept))),
        new(
            "returns a negative number",
            "Your method returns a number below 0 for an answer that is stale. Return 0.",
            (kept, isShared, now) => Has(kept, "no-cache")
                ? 0
                : Lifetime(kept, isShared) - Age(kept) - Seconds(now - kept.Received)),
        new(
            "uses the time of arrival for a missing Date",
            "Your method uses `kept.Received` if there is no `Date`. `Expires` is by the origin's clock, and `kept.Received` "
                + "is by yours. Without `Date` there is nothing to subtract from `Expires`, so the lifetime is 0.",
            (kept, isShared, now) => Left(kept, isShared, now, Stated(kept, isShared)
                ?? (kept.Time("Expires") is { } until ? Seconds(until - (kept.Time("Date") ?? kept.Received)) : 0))),
        new(
            "looks for no-cache anywhere in the field",
            "Your method looks for `no-cache` anywhere in the text of the field, and finds it inside another directive, such "
                + "as `x-no-cache`. A cache must ignore directives that it does not know. Split the field at its commas, and "
                + "compare whole names.",
            (kept, isShared, now) =>
                (kept["Cache-Control"] ?? "").Contains("no-cache", StringComparison.OrdinalIgnoreCase)
                ? 0
                : Left(kept, isShared, now, Lifetime(kept, isShared))),
    ];

    private protected override IEnumerable<Asked> Cases(Random random)
    {
        static Asked Case(bool isShared, int held, params (string Name, string Value)[] fields) => new(fields, isShared, held);
        yield return Case(false, 0, ("Cache-Control", "max-age=60"));
        yield return Case(false, 20, ("Cache-Control", "max-age=60"));
        yield return Case(false, 70, ("Cache-Control", "max-age=60"));
        yield return Case(true, 10, ("Cache-Control", "max-age=60"), ("Age", "40"));
        yield return Case(true, 10, ("Cache-Control", "max-age=60, s-maxage=600"));
        yield return Case(false, 10, ("Cache-Control", "max-age=60, s-maxage=600"));
        yield return Case(false, 10, ("Cache-Control", "s-maxage=600"));
        yield return Case(false, 5, Dates(0, 100));
        yield return Case(false, 5, Dates(-3600, 100));
        yield return Case(false, 5, [("Cache-Control", "max-age=60"), .. Dates(0, 1000)]);
        yield return Case(false, 5, ("Cache-Control", "no-cache, max-age=60"));
        yield return Case(false, 5, ("Cache-Control", "public , Max-Age=60"));
        yield return Case(false, 5, [("Cache-Control", "max-age=soon"), .. Dates(0, 1000)]);
        yield return Case(true, 5, ("Cache-Control", "s-maxage=-5, max-age=60"));
        yield return Case(false, 5, ("Cache-Control", "max-age=+60"));
        yield return Case(false, 5, ("Cache-Control", "x-max-age=5, max-age=60"));
        yield return Case(false, 5, ("Cache-Control", "x-no-cache, max-age=60"));
        yield return Case(false, 5, ("Cache-Control", "no-cache-x, max-age-x=5, max-age=60"));
        yield return Case(true, 5, ("Cache-Control", "s-maxage=soon, max-age=60"));
        yield return Case(false, 5, ("Date", Http(0)), ("Expires", "0"));
        yield return Case(false, 5, ("Expires", Http(100)));
        yield return Case(false, 5);
        for (var i = 0; i < RandomCases; i++)
        {
            var directives = new List<string>();
            AddSome("s-maxage", 3);
            AddSome("max-age", 2);
            AddSome("x-max-age", 8);
            if (random.Next(8) == 0)
            {
                directives.Insert(0, random.Next(2) == 0 ? "no-cache" : "No-Cache");
            }

            directives.Insert(0, random.GetItems(["public", "must-revalidate", "public"], 1)[0]);
            var comma = random.Next(2) == 0 ? ", " : " ,";
            var fields = new List<(string, string)> { ("Cache-Control", string.Join(comma, directives)) };
            if (random.Next(2) == 0)
            {
                fields.AddRange(Dates(random.Next(-2000, 2000), random.Next(-50, 500)));
            }

            if (random.Next(3) == 0)
            {
                fields.Add(("Age", random.Next(1, 100).ToString(CultureInfo.InvariantCulture)));
            }

            yield return new([.. fields], random.Next(2) == 0, random.Next(200));

            void AddSome(string name, int oneIn)
            {
                if (random.Next(oneIn) == 0)
                {
                    var number = random.Next(10) switch { 0 => "soon", 1 => "+90", 2 => "-30", _ => $"{random.Next(500)}" };
                    directives.Add($"{(random.Next(4) == 0 ? name.ToUpperInvariant() : name)}={number}");
                }
            }
        }
    }

    private protected override object? Apply(Answer answer, Asked arguments) => answer(
        new StoredResponse(arguments.Fields, Noon), arguments.IsShared, Noon.AddSeconds(arguments.Held));

    private protected override string Describe(Asked arguments) =>
        $"asked for an answer kept for {arguments.Held.ToString(CultureInfo.InvariantCulture)} s in a "
        + $"{(arguments.IsShared ? "shared" : "private")} cache, with "
        + (arguments.Fields.Count == 0 ? "none of these fields"
            : string.Join(", ", arguments.Fields.Select(field => $"`{field.Name}: {field.Value}`")));

    private static string Http(int seconds) => Noon.AddSeconds(seconds).ToString("r", CultureInfo.InvariantCulture);

    private static (string, string)[] Dates(int clock, int lifetime) =>
        [("Date", Http(clock)), ("Expires", Http(clock + lifetime))];

    private static int Left(
        StoredResponse kept, bool isShared, DateTimeOffset now, int lifetime, int? age = null, bool mayBeFresh = false) =>
        Has(kept, "no-cache") && !mayBeFresh ? 0 : Math.Max(0, lifetime - (age ?? Age(kept)) - Seconds(now - kept.Received));

    private static int SinceDate(StoredResponse kept) => kept.Time("Date") is { } born ? Seconds(kept.Received - born) : 0;

    private static int Age(StoredResponse kept) => int.Parse(kept["Age"] ?? "0", CultureInfo.InvariantCulture);

    private static int Seconds(TimeSpan time) => (int)time.TotalSeconds;

    private static int Lifetime(StoredResponse kept, bool isShared) => Stated(kept, isShared) ?? ByExpires(kept);

    private static int ByExpires(StoredResponse kept) =>
        kept.Time("Expires") is { } until && kept.Time("Date") is { } born ? Seconds(until - born) : 0;

    private static CacheControl Control(StoredResponse kept) => new(kept["Cache-Control"]);

    private static bool Has(StoredResponse kept, string name) => Control(kept).Has(name);

    private static int? Stated(StoredResponse kept, bool isShared) =>
        (isShared ? Control(kept).Seconds("s-maxage") : null) ?? Control(kept).Seconds("max-age");

    private static string? Text(StoredResponse kept, Func<string, string, bool> isName, string name) => HttpList
        .Members([kept["Cache-Control"] ?? ""]).Select(part => part.Split('='))
        .FirstOrDefault(part => part.Length > 1 && isName(part[0], name))?[1];

    private static int Digits(string text) => text.All(char.IsAsciiDigit) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;

    private static int? Valid(StoredResponse kept, string name) =>
        Text(kept, (one, other) => one.Equals(other, StringComparison.OrdinalIgnoreCase), name) is { } text
            && text.All(char.IsAsciiDigit) ? Digits(text) : null;

    private static int? Exact(StoredResponse kept, string name) =>
        Text(kept, (one, other) => one == other, name) is { } text ? Digits(text) : null;

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Fields">The fields of the answer.</param>
    /// <param name="IsShared">Whether the cache serves more than one user.</param>
    /// <param name="Held">For how many seconds the cache has had the answer.</param>
    public sealed record Asked(IReadOnlyList<(string Name, string Value)> Fields, bool IsShared, int Held);
}

/// <summary>An answer in a cache, as the exercise hands it in.</summary>
/// <param name="Fields">Its header fields.</param>
/// <param name="Received">When it came, by the cache's clock.</param>
public sealed record StoredResponse(IReadOnlyList<(string Name, string Value)> Fields, DateTimeOffset Received)
{
    /// <summary>The value of a field; null if there is no such field.</summary>
    public string? this[string name] =>
        Fields.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The time in a field (RFC 9110, section 5.6.7); null if there is no such field, or if it is no time.</summary>
    public DateTimeOffset? Time(string name) => DateTimeOffset.TryParseExact(
        this[name], "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
