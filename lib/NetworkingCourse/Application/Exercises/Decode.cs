using System.Net.Http.Headers;
using System.Text;
using NetworkingCourse.Checking;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.4: decode the bytes of a page.</summary>
    public static DecodeExercise Decode { get; } = new();
}

/// <summary>The learner turns the bytes of a page into text, with the help of the field <c>Content-Type</c>.</summary>
public sealed class DecodeExercise : CaseExercise<DecodeExercise.Answer, DecodeExercise.Page>
{
    private const int RandomCases = 40;
    private const char Mark = '\uFEFF';
    private const string Song = "网易云音乐";

    // Names that .NET knows before a program registers the code pages.
    private static readonly string[] BuiltIn = ["utf-8", "utf-16le", "utf-16be", "iso-8859-1"];

    // An encoding, and letters that it has. None of them makes bytes that look like a byte order mark.
    private static readonly (string Charset, string Letters)[] Written =
    [
        ("utf-8", "网易 é日Прёü"),
        ("gbk", "网易云音乐高山流水 ab"),
        ("iso-8859-1", "déjà vu Ärger"),
        ("utf-16le", "网易云 aé"),
        ("shift_jis", "音楽日本語のページ ab"),
        ("windows-1251", "Привет мир"),
        ("big5", "網路音樂 ab"),
    ];

    internal DecodeExercise()
        : base(new ExerciseText(
            "1-application/4-pages-and-encodings.ipynb", "1.4", 2, nameof(Exercises.Decode),
            "From bytes to text",
            "Return the text of a page. If the bytes begin with a byte order mark (`EF BB BF` for UTF-8, `FF FE` for UTF-16LE, "
                + "`FE FF` for UTF-16BE), the mark decides, whatever `contentType` says; it is not part of the text. Otherwise, "
                + "the parameter `charset` of `contentType` decides. If there is none, or if `contentType` is null, the page is "
                + "in UTF-8. If .NET does not know the name, throw an `ArgumentException`, as `Encoding.GetEncoding` does. A "
                + "field can look like this: `text/html; Charset=\"gbk\"; version=5`. A value in quotes may contain anything, "
                + "also a `;`.",
            [
                "There are three sources, and they have an order: the mark, then the field, then UTF-8. Parameters are separated "
                    + "by `;`. Their names are case-insensitive, and a value may stand in quotes.",
                "`MediaTypeHeaderValue.TryParse` (in `System.Net.Http.Headers`) splits the field and finds `CharSet`, but it "
                    + "leaves the quotes in place: `CharSet?.Trim('\"')`. For the mark, the pattern "
                    + "`bytes is [0xEF, 0xBB, 0xBF, ..]` helps, and `encoding.GetString(bytes, 3, bytes.Length - 3)`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="bytes">The bytes of the page.</param>
    /// <param name="contentType">The value of the field <c>Content-Type</c>; null if the response has no such field.</param>
    /// <returns>The text, without a byte order mark.</returns>
    /// <exception cref="ArgumentException">The encoding is unknown.</exception>
    public delegate string Answer(byte[] bytes, string? contentType);

    internal override Answer Reference => (bytes, contentType) => Text(bytes, () => Charset(contentType));

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "always takes UTF-8",
            "Your method decodes every page as UTF-8. Most pages today are in UTF-8, so this goes unnoticed for a long time. "
                + "In a page in another encoding, each letter outside ASCII becomes U+FFFD, and what was there is lost. Read "
                + "the name of the encoding in `contentType`. If you do, and do not find it: a space may stand before `charset`.",
            (bytes, contentType) => Text(bytes, () => null)),
        new(
            "has not registered the code pages",
            "Your method fails for `gbk`, `shift_jis` and other old encodings. A .NET program knows only a few encodings "
                + "from the start. Call `Encoding.RegisterProvider(CodePagesEncodingProvider.Instance)` once, before you ask "
                + "for them.",
            (bytes, contentType) => Text(
                bytes,
                () => Charset(contentType) is not { } name || BuiltIn.Contains(name, StringComparer.OrdinalIgnoreCase)
                    ? Charset(contentType)
                    : throw new ArgumentException($"'{name}' is not a supported encoding name."))),
        new(
            "leaves the quotes around the name",
            "The value of a parameter may stand in quotes (RFC 9110, section 5.6.6): `charset=\"gbk\"` and `charset=gbk` "
                + "mean the same. The quotes are not part of the name, but your method passes them on, and no encoding has "
                + "such a name. (The property `CharSet` of .NET leaves them in place too.)",
            (bytes, contentType) => Text(bytes, () => MediaType(contentType)?.CharSet)),
        new(
            "finds only a `charset` in lower case",
            "Names of parameters are case-insensitive, and servers write `Charset` and `CHARSET` too. Your method does not see "
                + "them and takes such a page for UTF-8. Compare with `StringComparison.OrdinalIgnoreCase`.",
            (bytes, contentType) => Text(
                bytes, () => MediaType(contentType)?.Parameters.FirstOrDefault(one => one.Name == "charset")?.Value?.Trim('"'))),
        new(
            "takes everything after `charset=`",
            "Your method takes all that follows `charset=` for the name. Another parameter may come after it: in "
                + "`charset=gbk; version=5`, the name ends at the semicolon.",
            (bytes, contentType) => Text(
                bytes, () => After(contentType, ";charset=") ?? After(contentType, "; charset="))),
        new(
            "finds `charset=` inside something else",
            "Your method searches the field for the text `charset=`, or splits it at every `;`. The same letters can be the end "
                + "of a longer name, such as `x-charset`, or stand inside a quoted value: in `profile=\"a; charset=utf-8\"`, "
                + "even the semicolon is only text. A field has a grammar, and `MediaTypeHeaderValue` knows it. If you divide "
                + "the field yourself, take a `;` between two quotes for text, and then compare whole names.",
            (bytes, contentType) => Text(bytes, () => After(contentType, "charset=")?.Split(';')[0].Trim().Trim('"'))),
        new(
            "takes ISO-8859-1 if the field names nothing",
            "Without a name, your method takes ISO-8859-1. That was the rule of HTTP until 2014 (RFC 2616), and it is gone: most "
                + "pages without a name are in UTF-8 now. Decoded as ISO-8859-1, `é` becomes `Ã©`, on every page.",
            (bytes, contentType) => Text(bytes, () => Charset(contentType) ?? "iso-8859-1")),
        new(
            "believes the field more than the mark",
            "Your method looks at the field first. `ReadAsStringAsync` does so too, but browsers do not. The mark was written by "
                + "the program that wrote the page, together with the text. The field is often a setting of the server, the same "
                + "for all pages. If the two disagree, the mark is right nearly always.",
            (bytes, contentType) => Text(bytes, () => Charset(contentType), isFieldFirst: true)),
        new(
            "leaves the mark in the text",
            "Your method returns the byte order mark as the first character of the text, U+FEFF. It has no width, so you do not "
                + "see it. But the text no longer begins with `<`, comparisons fail, and a JSON reader stops at the first "
                + "character. `Encoding.GetString` does not remove it; skip its bytes.",
            (bytes, contentType) => Text(bytes, () => Charset(contentType), keepsMark: true)),
        new(
            "guesses if it does not know the name",
            "If .NET does not know the encoding, your method decodes the page as UTF-8 all the same. The result looks like "
                + "text, so the error goes unnoticed. Let the exception pass: the caller has the bytes, and can decide.",
            (bytes, contentType) =>
            {
                try
                {
                    return Text(bytes, () => Charset(contentType));
                }
                catch (ArgumentException)
                {
                    return Text(bytes, () => null);
                }
            }),
        new(
            "asks for the encoding before it looks for the mark",
            "Your method calls `Encoding.GetEncoding` for the name in the field even if the page begins with a byte order "
                + "mark. If .NET does not know the name, your method fails, although the mark already says which encoding it "
                + "is. Look for the mark first.",
            (bytes, contentType) =>
            {
                _ = Named(Charset(contentType) ?? "utf-8");
                return Text(bytes, () => Charset(contentType));
            }),
    ];

    private protected override IEnumerable<Page> Cases(Random random)
    {
        yield return new(Song, "utf-8", "text/html; charset=utf-8");
        yield return new(Song, "gbk", "text/html; charset=gbk");
        yield return new("déjà vu", "iso-8859-1", "text/html; charset=iso-8859-1");
        yield return new(Song, "utf-8", "text/html");
        yield return new(Song, "utf-8", null);
        yield return new(Song, "gbk", "text/html;charset=GBK");
        yield return new(Song, "gbk", "text/html; Charset=gbk");
        yield return new("音楽", "shift_jis", "text/html; charset=\"shift_jis\"");
        yield return new(Song, "gbk", "text/html; charset=gbk; version=5");
        yield return new(Song, "gbk", "text/html; version=5; charset=gbk");
        yield return new(Song, "gbk", "text/html; profile=\"a; charset=utf-8\"; charset=gbk");
        yield return new(Song, "gbk", "text/html; x-charset=utf-8; charset=gbk");
        yield return new(Song, "utf-16le", "text/html; charset=utf-16le");
        yield return new(Song, "utf-16le", "text/html", HasMark: true);
        yield return new(Song, "utf-8", null, HasMark: true);
        yield return new(Song, "utf-16be", "text/html; charset=utf-8", HasMark: true);
        yield return new(Song, "utf-8", "text/html; charset=gbk", HasMark: true);
        yield return new(Song, "utf-8", "text/html; charset=iso-8859-1");
        yield return new(Song, "gbk", "text/html; charset=utf-8");
        yield return new(Song, "utf-8", "text/html; charset=x-unknown");
        yield return new(Song, "utf-8", "text/html; charset=x-unknown", HasMark: true);
        yield return new("", "utf-8", "text/html; charset=gbk");
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomPage(random);
        }
    }

    private protected override object? Apply(Answer answer, Page arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        // The mark would be invisible.
        return answer(arguments.Bytes(), arguments.ContentType)?.Replace($"{Mark}", "[U+FEFF]", StringComparison.Ordinal);
    }

    private protected override string Describe(Page arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var mark = arguments.HasMark ? " with a byte order mark" : "";
        var field = arguments.ContentType is { } type ? $"`Content-Type: {type}`" : "no `Content-Type`";
        return arguments.Text.Length == 0
            ? $"a server sent an empty page, with {field}"
            : $"a server sent `{arguments.Text}` in {arguments.Charset.ToUpperInvariant()}{mark}, with {field}";
    }

    private static Page RandomPage(Random random)
    {
        var (charset, letters) = Written[random.Next(Written.Length)];
        var text = random.GetString(letters, random.Next(1, 9));
        var name = random.Next(3) == 0 ? charset.ToUpperInvariant() : charset;
        var parameter = random.GetItems(["charset", "charset", "Charset", "CHARSET"], 1)[0]
            + (random.Next(3) == 0 ? $"=\"{name}\"" : $"={name}");
        var separator = random.GetItems(["; ", "; ", ";", " ; "], 1)[0];
        List<string> parameters = [parameter];
        if (random.Next(3) == 0)
        {
            var other = random.GetItems(["version=5", "x-charset=utf-8", "profile=\"x;charset=koi8-r\""], 1)[0];
            parameters.Insert(random.Next(2), other);
        }

        var isUnicode = charset.StartsWith("utf", StringComparison.Ordinal);
        return random.Next(6) switch
        {
            0 => new(text, "utf-8", random.Next(2) == 0 ? null : "text/plain"),
            1 when isUnicode => new(text, charset, random.Next(2) == 0 ? "text/html" : "text/html; charset=iso-8859-1", true),
            _ => new(text, charset, string.Join(separator, parameters.Prepend("text/html"))),
        };
    }

    // What a right answer does, and two ways to do it wrong.
    private static string Text(byte[] bytes, Func<string?> charset, bool isFieldFirst = false, bool keepsMark = false)
    {
        var (marked, length) = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
            [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
            [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
            _ => (null, 0),
        };
        if (marked is null || (isFieldFirst && charset() is not null))
        {
            return Named(charset() ?? "utf-8").GetString(bytes);
        }

        return keepsMark ? marked.GetString(bytes) : marked.GetString(bytes, length, bytes.Length - length);
    }

    private static Encoding Named(string name) =>
        CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);

    private static string? Charset(string? contentType) => MediaType(contentType)?.CharSet?.Trim('"');

    private static MediaTypeHeaderValue? MediaType(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) ? type : null;

    private static string? After(string? contentType, string text) =>
        contentType?.IndexOf(text, StringComparison.OrdinalIgnoreCase) is >= 0 and var at
            ? contentType[(at + text.Length)..].Trim('"')
            : null;

    /// <summary>A page as a server sends it; see <see cref="Answer"/>.</summary>
    /// <param name="Text">What its author wrote.</param>
    /// <param name="Charset">The encoding in which it was written.</param>
    /// <param name="ContentType">The field that the server sends with it; null if it sends none.</param>
    /// <param name="HasMark">Whether the bytes begin with a byte order mark.</param>
    public sealed record Page(string Text, string Charset, string? ContentType, bool HasMark = false)
    {
        internal byte[] Bytes() => Named(Charset).GetBytes(HasMark ? Mark + Text : Text);
    }
}
