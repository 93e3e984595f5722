using System.Net;
using System.Text;
using System.Web;
using NetworkingCourse.Checking;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.4: read a form that a browser has sent.</summary>
    public static ReadFormExercise ReadForm { get; } = new();
}

/// <summary>The learner reads a form in the format <c>application/x-www-form-urlencoded</c>, as a server does.</summary>
public sealed class ReadFormExercise : CaseExercise<ReadFormExercise.Answer, string>
{
    private const int RandomCases = 40;
    private const int MaxFields = 100; // an answer might return fields for ever

    internal ReadFormExercise()
        : base(new ExerciseText(
            "1-application/4-pages-and-encodings.ipynb", "1.4", 1, nameof(Exercises.ReadForm),
            "Read what a form has sent",
            "A browser sends the fields of a form as one text, in an address after the `?`, or as the body of a `POST`: "
                + "`user=li&note=C%2B%2B+%26+more`. Return the names and values in order. Fields are separated by `&`, and "
                + "the first `=` separates a name from its value; a field without `=` has an empty value, and empty fields "
                + "do not count. In names and values, `+` is a space, and a `%` with two hexadecimal digits is a byte of the "
                + "UTF-8 text. Any other `%` means itself.",
            [
                "The order of the steps matters. An `&` or a `+` that the user typed arrives as `%26` or `%2B`, so that you can "
                    + "tell it from a separator or a space. When must you still be able to tell?",
                "First `form.Split('&')`, then `IndexOf('=')` in each field, and only then decode the name and the value: first "
                    + "`+`, then `%`. `WebUtility.UrlDecode` does both, in this order.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="form">The form as it was sent.</param>
    /// <returns>The fields, in order. A name may occur several times.</returns>
    public delegate IEnumerable<(string Name, string Value)> Answer(string form);

    internal override Answer Reference => form => Split(form).Select(one => (Decode(one.Name), Decode(one.Value)));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "decodes before it splits",
            "Your method decodes the whole text first and splits it then. An `&` or `=` that the user typed was escaped so "
                + "that it is not taken for a separator, and after decoding they look the same. A user who types "
                + "`x&admin=yes` into a field adds another field. Split first, then decode each part.",
            form => Split(Decode(form))),
        new(
            "leaves `+` as it is",
            "In a form, a space is sent as `+`. Your method decodes only the `%`, so `open sesame` arrives as `open+sesame`. "
                + "(`Uri.UnescapeDataString` is made for paths, where a `+` is only a `+`.)",
            form => Split(form).Select(field => (Uri.UnescapeDataString(field.Name), Uri.UnescapeDataString(field.Value)))),
        new(
            "replaces `+` after it has decoded `%`",
            "Your method decodes the `%` first and makes a space of each `+` then. A `+` that the user typed came as `%2B`, and "
                + "your second step destroys it: `C++` becomes `C  `. Replace `+` first, while it can only be a space.",
            form => Split(form).Select(field => (PlusLast(field.Name), PlusLast(field.Value)))),
        new(
            "cuts a value at its second `=`",
            "Only the first `=` of a field is a separator; those after it belong to the value, as in `next=/page?id=7`. Browsers "
                + "escape them, but many links that people write do not. `Split('=')` makes three parts of it, and yours loses "
                + "the last: use `IndexOf('=')`, or `Split('=', 2)`.",
            form => Split(form).Select(field => (Decode(field.Name), Decode(field.Value.Split('=')[0])))),
        new(
            "takes each byte for a character",
            "Your method makes a character of each `%` with two digits. They are bytes: 月 is sent as `%E6%9C%88`, three "
                + "bytes that are one character in UTF-8. Collect the bytes, and then decode them together.",
            form => Split(form).Select(field => (Latin(field.Name), Latin(field.Value)))),
        new(
            "fails at a `%` without two digits",
            "Your method throws an exception if two hexadecimal digits do not follow a `%`. Such a text should not come from a "
                + "browser, but people write links by hand, and attackers send what they like. One of them must not be able to "
                + "stop your server. Leave such a `%` as it is.",
            form => Split(form).Select(field => (Fussy(field.Name), Fussy(field.Value)))),
        new(
            "drops fields without a value",
            "Your method leaves out fields whose value is empty. A user who empties a field and saves has said something: "
                + "with your method, the server never learns of it and keeps the old value. `remember` without `=` is a "
                + "field too.",
            form => Split(form).Where(field => field.Value.Length > 0)
                .Select(field => (Decode(field.Name), Decode(field.Value)))),
        new(
            "keeps one value for each name",
            "Your method has one value for each name, as a dictionary does. A name may occur several times: each box that is "
                + "ticked in a list sends a field, all with the same name. Return a list.",
            form => Split(form).Select(field => (Name: Decode(field.Name), Value: Decode(field.Value)))
                .GroupBy(field => field.Name).Select(fields => fields.Last())),
        new(
            "decodes twice",
            "Your method decodes what is decoded already. A user who types `%41` means `%41`; it is sent as `%2541`, and "
                + "your second step makes an `A` of it. Checks between the two steps see something else than what is used in "
                + "the end: attackers hide `../` in this way, as `%252e%252e%252f`.",
            form => Split(form).Select(field => (Decode(Decode(field.Name)), Decode(Decode(field.Value))))),
        new(
            "decodes only the values",
            "Your method decodes values but not names. The names of fields come from the page, and a page may call a field "
                + "`first name` or `用户名`. They are escaped in the same way.",
            form => Split(form).Select(field => (field.Name, Decode(field.Value)))),
        new(
            "returns empty fields",
            "Your method returns an empty field for `&&`, for an `&` at the end, and for an empty form. Nothing stands there, "
                + "so there is no field. Skip empty parts, or split with `StringSplitOptions.RemoveEmptyEntries`.",
            form => Split(form, StringSplitOptions.None).Select(field => (Decode(field.Name), Decode(field.Value)))),
        new(
            "drops fields without `=`",
            "Your method leaves out a field that has no `=`. In `remember=&user=li&agree` there are three fields: `agree` is one "
                + "with an empty value, as `remember=` is.",
            form => Split(string.Join('&', form.Split('&').Where(field => field.Contains('=', StringComparison.Ordinal))))
                .Select(field => (Decode(field.Name), Decode(field.Value)))),
        new(
            "leaves the work to `ParseQueryString`",
            "`HttpUtility.ParseQueryString` makes something else of a form: a collection with one entry for each name. A name "
                + "that occurs twice gets both values in one text, with a comma between them, and a field without `=` becomes "
                + "a value without a name. Split the text yourself.",
            form =>
            {
                var fields = HttpUtility.ParseQueryString(form);
                return fields.AllKeys.Select(name => (name!, fields[name]!));
            }),
    ];

    private protected override IEnumerable<string> Cases(Random random)
    {
        yield return "user=li&password=sesame";
        yield return "q=%E6%9C%88";
        yield return "note=open+sesame";
        yield return "lang=C%2B%2B";
        yield return "note=a%26b%3Dc&from=music.test";
        yield return "next=/page?id=7&user=li";
        yield return "first+name=Li&%E7%94%A8%E6%88%B7=li";
        yield return "remember=&user=li&agree";
        yield return "box=1&box=3&user=li&box=7";
        yield return "text=%2541";
        yield return "rate=100%";
        yield return "rate=100%&text=%zz+%4";
        yield return "rate=5%+5+more";
        yield return "a=1&&b=2&";
        yield return "=x&y==z";
        yield return "";
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomForm(random);
        }
    }

    private protected override object? Apply(Answer answer, string arguments) => answer(arguments)?.Take(MaxFields)
        .Select(field => new Said($"{Present.Line(field.Name)} = {Present.Line(field.Value)}")).ToList();

    private protected override string Describe(string arguments) => $"a browser sent the form `{Present.Quoted(arguments)}`";

    private static string RandomForm(Random random)
    {
        string[] letters = ["a", "b", "7", " ", "+", "&", "=", "%", "é", "月", "😀", "%41", "/"];
        return string.Join('&', Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var (name, value) = (Any(1, 3), Any(0, 5));
            var field = value.Length == 0 && random.Next(2) == 0 ? Escape(name) : $"{Escape(name)}={Escape(value)}";
            return random.Next(6) switch
            {
                0 => field + "%",
                1 => "&" + field,
                2 when field.Contains('=', StringComparison.Ordinal) => field + "=a",
                _ => field,
            };
        }));

        string Any(int min, int max) => string.Concat(random.GetItems(letters, random.Next(min, max)));

        // As browsers do, but in some fields with lower-case digits.
        string Escape(string text) => random.Next(4) == 0
            ? string.Concat(Encoding.UTF8.GetBytes(text).Select(one => $"%{one:x2}"))
            : WebUtility.UrlEncode(text);
    }

    private static IEnumerable<(string Name, string Value)> Split(
        string form, StringSplitOptions options = StringSplitOptions.RemoveEmptyEntries) =>
        form.Split('&', options).Select(field => field.IndexOf('=', StringComparison.Ordinal) switch
        {
            < 0 => (field, ""),
            var at => (field[..at], field[(at + 1)..]),
        });

    private static string Decode(string text) => WebUtility.UrlDecode(text);

    private static string PlusLast(string text) => Uri.UnescapeDataString(text).Replace('+', ' ');

    private static string Latin(string text)
    {
        var bytes = WebUtility.UrlDecodeToBytes(Encoding.UTF8.GetBytes(text), 0, Encoding.UTF8.GetByteCount(text));
        return Encoding.Latin1.GetString(bytes);
    }

    private static string Fussy(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            Convert.FromHexString(text.AsSpan(at + 1, Math.Min(2, text.Length - at - 1)));
            if (at + 2 >= text.Length)
            {
                throw new FormatException("Two digits are missing after a %.");
            }
        }

        return Decode(text);
    }
}
