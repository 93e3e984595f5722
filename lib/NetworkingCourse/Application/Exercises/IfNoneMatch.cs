using NetworkingCourse.Checking;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.2: answer a request that has <c>If-None-Match</c>.</summary>
    public static IfNoneMatchExercise IfNoneMatch { get; } = new();
}

/// <summary>The learner decides whether a client's copy of a page is still good.</summary>
public sealed class IfNoneMatchExercise : CaseExercise<IfNoneMatchExercise.Answer, IfNoneMatchExercise.Asked>
{
    private const int RandomCases = 80;
    private const int GoOn = 200;
    private const int NotModified = 304;
    private const int Failed = 412;

    internal IfNoneMatchExercise()
        : base(new ExerciseText(
            "1-application/2-one-connection-many-requests.ipynb", "1.2", 1, nameof(Exercises.IfNoneMatch),
            "Has the page changed?",
            "A server gets a request with the field `If-None-Match: …`, whose value is `field`. `current` is the entity tag of "
                + "the page as it is now, or `null` if there is no page of that name. The field is either `*`, which any page "
                + "matches, or a list of tags with commas between them: `\"a1\", W/\"b2\"`. A tag is a text in quotes, without "
                + "quotes or spaces in it. It may contain commas, but does not begin with one. A weak tag has `W/` in front. "
                + "Compare weakly: two tags match if the texts in quotes are the same, whether weak or not. If one matches, "
                + "return 304 for `GET` and `HEAD`, and 412 for any other method. If none does, return 200, which here stands "
                + "for: do what the request asks for.",
            [
                "What if there is no page? And how do you find the end of a tag, if a comma may be inside it?",
                "Take `W/` off the current tag, and keep its quotes: no tag in the list can contain those, so that the list "
                    + "holds the tag if it contains `\"a1\"` as a text. Then choose between 304 and 412 by the method.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="method">The method of the request.</param>
    /// <param name="field">The value of <c>If-None-Match</c>: <c>*</c>, or a list of entity tags.</param>
    /// <param name="current">The entity tag of the page as it is now; null if there is no such page.</param>
    /// <returns>304 Not Modified; 412 Precondition Failed; 200 if the request is to be carried out.</returns>
    public delegate int Answer(string method, string field, string? current);

    internal override Answer Reference => Decided;

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes the field for a single tag",
            "Your method compares the whole field with the tag. A client may have kept several versions and names all of "
                + "them: the field is a list. Such a client gets the page sent again, although it has it.",
            (method, field, current) => Status(
                method, current is not null && (field == "*" || Opaque(field) == Opaque(current)))),
        new(
            "compares strongly",
            "Your method takes `\"a1\"` and `W/\"a1\"` for different. A weak tag says that two versions mean the same "
                + "although their bytes may differ, and for a copy that is shown again this is enough: `If-None-Match` "
                + "compares weakly. (A server that compresses makes its tags weak, and nothing would ever match.)",
            (method, field, current) => Status(method, current is not null && (field == "*" || Tags(field).Contains(current)))),
        new(
            "takes the W/ off one side only",
            "Your method takes `W/` off one of the two tags and not off the other. Either can be weak, and then `\"a1\"` is "
                + "compared with `W/\"a1\"`. Do the same to both.",
            (method, field, current) => Status(
                method, current is not null && (field == "*" || Tags(field).Any(tag => Opaque(tag) == current)))),
        new(
            "does not know the star",
            "Your method takes `*` for a tag, which no page has. It means any version at all. `PUT` with `If-None-Match: *` "
                + "says: create the page, but do not overwrite one. Your server would overwrite it.",
            (method, field, current) => Status(
                method, current is not null && Tags(field).Any(tag => Opaque(tag) == Opaque(current)))),
        new(
            "lets the star match nothing",
            "Your method says that `*` matches although there is no page. `*` means any version, and here is none. `PUT` "
                + "with `If-None-Match: *` is the way to create a page that does not exist yet, and your server refuses it.",
            (method, field, current) => Status(
                method, field == "*" || (current is not null && Tags(field).Any(tag => Opaque(tag) == Opaque(current))))),
        new(
            "answers a PUT with 304",
            "Your method returns 304 whatever the method is. 304 means \"use your copy\", and that answers only a request "
                + "for the page. A `PUT` or `DELETE` was *not* carried out, because its condition is false, and its sender "
                + "must learn that: 412.",
            (method, field, current) => Decided(method, field, current) == GoOn ? GoOn : NotModified),
        new(
            "answers a HEAD with 412",
            "Your method returns 304 for `GET` only. `HEAD` asks for the same answer as `GET` without its body, so the "
                + "status must be the same, too.",
            (method, field, current) => Decided(method, field, current) is var status && method == "HEAD" && status != GoOn
                ? Failed : status),
        new(
            "splits tags at their commas",
            "Your method splits the field at every comma. A comma inside the quotes is a part of the tag (RFC 9110, section "
                + "8.8.3), so that you get two halves that match nothing. Look for the quotes.",
            (method, field, current) => Status(method, current is not null
                && (field == "*" || field.Split(',').Any(tag => Opaque(tag.Trim()) == Opaque(current))))),
        new(
            "finds a tag inside another one",
            "Your method looks for the text of the tag without its quotes, and finds `1` in `\"21\"`. The client keeps an "
                + "old page and is told that it is the new one: worse than sending a page for nothing. The quotes belong to "
                + "the tag.",
            (method, field, current) => Status(method, current is not null
                && (field == "*" || field.Contains(Opaque(current).Trim('"'), StringComparison.Ordinal)))),
        new(
            "ignores upper and lower case",
            "Your method takes `\"a1\"` and `\"A1\"` for the same. Names of fields do not depend on case, but a tag is a "
                + "text of the server's own, compared character by character. A server that encodes numbers in letters of "
                + "both kinds has two different versions here.",
            (method, field, current) => Status(method, current is not null && (field == "*" || Tags(field).Any(
                tag => Opaque(tag).Equals(Opaque(current), StringComparison.OrdinalIgnoreCase))))),
        new(
            "takes a star in quotes for the star",
            "Your method takes a `*` in quotes for the star, too. There it is a character like any other: `\"*\"` is the tag "
                + "of one version, and matches no other tag. The star matches any page only if the whole field is `*`, without "
                + "quotes.",
            (method, field, current) => Status(method, current is not null && (field.Contains('*', StringComparison.Ordinal)
                || Tags(field).Any(tag => Opaque(tag) == Opaque(current))))),
        new(
            "takes W/ out of the middle of a tag",
            "Your method removes every `W/`, even between the quotes. There it is a part of the tag: `\"3W/a\"` and `\"3a\"` "
                + "are the tags of two versions. Only in front of the first quote does `W/` mean that the tag is weak.",
            (method, field, current) => Status(method, current is not null
                && (field == "*" || Tags(Bare(field)).Contains(Bare(current))))),
        new(
            "answers a POST with 304",
            "Your method returns 412 for some methods, such as `PUT` and `DELETE`, but 304 for a `POST`. Such a list is never "
                + "complete. Do it the other way round: 304 for `GET` and `HEAD`, and 412 for all others.",
            (method, field, current) => Decided(method, field, current) is var status && method is not ("PUT" or "DELETE")
                && status == Failed ? NotModified : status),
        new(
            "does not look whether there is a page",
            "Your method uses `current` although it may be null: there is no page then. `*` matches any page, but not none, and "
                + "for a list of tags your method throws a `NullReferenceException`. Ask for null first: nothing matches.",
            (method, field, current) => Status(
                method, field == "*" || Tags(field).Any(tag => Opaque(tag) == Opaque(current!)))),
    ];

    private protected override IEnumerable<Asked> Cases(Random random)
    {
        yield return new("GET", "\"a1\"", "\"a1\"");
        yield return new("GET", "\"a1\"", "\"a2\"");
        yield return new("HEAD", "\"a1\"", "\"a1\"");
        yield return new("GET", "\"a1\", \"b2\"", "\"b2\"");
        yield return new("GET", "\"a1\",\"b2\",\"c3\"", "\"b2\"");
        yield return new("GET", "W/\"a1\"", "W/\"a1\"");
        yield return new("GET", "\"a1\"", "W/\"a1\"");
        yield return new("GET", "W/\"a1\"", "\"a1\"");
        yield return new("GET", "\"a1\", W/\"b2\"", "W/\"b2\"");
        yield return new("GET", "*", "\"a1\"");
        yield return new("PUT", "*", "\"a1\"");
        yield return new("PUT", "*", null);
        yield return new("GET", "\"a1\"", null);
        yield return new("GET", "*", null);
        yield return new("DELETE", "\"a1\"", "\"a1\"");
        yield return new("GET", "\"a1\"", "\"A1\"");
        yield return new("GET", "\"21\", \"3\"", "\"1\"");
        yield return new("GET", "\"1,2\"", "\"1,2\"");
        yield return new("GET", "\"1,2\", \"3\"", "\"2\"");
        yield return new("GET", "\"\"", "\"a1\"");
        yield return new("POST", "\"a1\"", "\"a1\"");
        yield return new("GET", "\"*\"", "\"a1\"");
        yield return new("GET", "\"3W/a\"", "\"3a\"");
        for (var i = 0; i < RandomCases; i++)
        {
            var method = random.GetItems(["GET", "GET", "HEAD", "PUT", "DELETE"], 1)[0];
            var tags = Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomTag(random)).ToArray();
            var current = random.Next(8) == 0 ? null
                : random.Next(2) == 0 ? RandomTag(random)
                : (random.Next(2) == 0 ? "W/" : "") + Opaque(random.GetItems(tags, 1)[0]);
            var field = random.Next(6) == 0 ? "*" : string.Join(random.Next(2) == 0 ? ", " : ",", tags);
            yield return new(method, field, current);
        }
    }

    private protected override object? Apply(Answer answer, Asked arguments) =>
        answer(arguments.Method, arguments.Field, arguments.Current);

    private protected override string Describe(Asked arguments) =>
        $"asked with `{arguments.Method}` and `If-None-Match: {arguments.Field}`; "
        + (arguments.Current is { } current ? $"the page has the tag `{current}`" : "there is no page");

    private static string RandomTag(Random random) => (random.Next(3) == 0 ? "W/" : "")
        + $"\"{random.GetString("aA12", random.Next(1, 3))}{(random.Next(4) == 0 ? "," : "")}{random.GetString("12", 1)}\"";

    private static int Status(string method, bool matches) => !matches ? GoOn : method is "GET" or "HEAD" ? NotModified : Failed;

    private static int Decided(string method, string field, string? current) => Status(
        method, current is not null && (field == "*" || Tags(field).Any(tag => Opaque(tag) == Opaque(current))));

    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;

    private static string Bare(string tags) => tags.Replace("W/", "", StringComparison.Ordinal);

    // A tag ends with its second quote.
    private static IEnumerable<string> Tags(string field)
    {
        for (var at = 0; field.IndexOf('"', at) is >= 0 and var open;)
        {
            var end = field.IndexOf('"', open + 1);
            if (end < 0)
            {
                yield break;
            }

            var isWeak = open >= 2 && field[(open - 2)..open] == "W/";
            yield return field[(isWeak ? open - 2 : open)..(end + 1)];
            at = end + 1;
        }
    }

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Method">The method of the request.</param>
    /// <param name="Field">The value of the field.</param>
    /// <param name="Current">The tag of the page as it is now.</param>
    public sealed record Asked(string Method, string Field, string? Current);
}
