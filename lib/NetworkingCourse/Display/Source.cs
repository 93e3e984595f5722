using System.Net;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Display;

/// <summary>
/// A file of the library's own source, exactly as it was compiled, so that the code shown in a lesson
/// and the code that runs cannot differ.
/// </summary>
public sealed partial class Source : Shown
{
    private const string Modifiers = "public|private|protected|internal|static";

    private readonly string _text;

    private Source(string name, string text) => (Name, _text) = (name, text);

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>The source of a type of the library.</summary>
    /// <typeparam name="T">The type; its file has the same name.</typeparam>
    public static Source Of<T>() => Of(typeof(T).Name);

    /// <summary>The source of a type of the library, by the type's name.</summary>
    /// <param name="type">The name, for example <c>SequentialServer</c>.</param>
    /// <exception cref="ArgumentException">There is no such file; the message lists the available ones.</exception>
    public static Source Of(string type)
    {
        var library = typeof(Source).Assembly;
        using var stream = library.GetManifestResourceStream(type + ".cs");
        if (stream is null)
        {
            var files = library.GetManifestResourceNames()
                .Where(name => name.EndsWith(".cs", StringComparison.Ordinal))
                .Select(name => name[..^3])
                .Order();
            throw new ArgumentException($"There is no source of '{type}'. Available: {string.Join(", ", files)}.", nameof(type));
        }

        return new Source(type + ".cs", new StreamReader(stream).ReadToEnd().ReplaceLineEndings("\n").TrimEnd());
    }

    /// <summary>A single member, with the comments above it, for lessons that discuss only part of a file.</summary>
    /// <param name="name">
    /// The name of a method, a property or a nested type; if several have this name, the first is used.
    /// </param>
    /// <exception cref="ArgumentException">The file declares no such member.</exception>
    public Source Member(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var declared = new Regex(
            $@"^ +(?:(?:{Modifiers}) )+[^=\n]*\b{Regex.Escape(name)}(?:<[\w, ]+>)?(?:\(| =>| :| \{{|$)",
            RegexOptions.CultureInvariant | RegexOptions.Multiline);
        if (declared.Match(_text) is not { Success: true } declaration)
        {
            throw new ArgumentException($"{Name} declares no '{name}'.", nameof(name));
        }

        var lines = _text.Split('\n');
        var (first, last) = (LineOf(declaration.Index), LineOf(EndOfMember(declaration.Index)));
        var indent = lines[first].Length - lines[first].TrimStart().Length;
        while (lines[first - 1].TrimStart() is ['/', '/', ..] or ['[', ..])
        {
            first--;
        }

        return new Source(
            $"{Name}: {name}",
            string.Join('\n', lines[first..(last + 1)].Select(line => line[Math.Min(indent, line.Length)..])));
    }

    /// <inheritdoc/>
    public override string ToHtml() =>
        $"{Style.Sheet}<div class=\"course-note\">{Name}</div>"
        + $"<pre class=\"course-source\"><code>{Token().Replace(Body(), Coloured)}</code></pre>";

    /// <summary>The text of the file.</summary>
    public override string ToString() => _text;

    private int LineOf(int position) => _text.AsSpan(0, position).Count('\n');

    // Outside all brackets, a body ends at its closing brace, and an expression or an initial value at its semicolon.
    private int EndOfMember(int start)
    {
        var (depth, hasValue) = (0, false);
        for (var token = Token().Match(_text, start); token.Success; token = token.NextMatch())
        {
            switch (token.Value)
            {
                case "(" or "[" or "{":
                    depth++;
                    break;
                case ")" or "]" or "}":
                    depth--;
                    break;
                case "=" when depth == 0:
                    hasValue = true;
                    break;
            }

            var isBody = token.Value == "}" && !hasValue && !_text.AsSpan(token.Index + 1).TrimStart().StartsWith('=');
            if (depth == 0 && (isBody || token.Value == ";"))
            {
                return token.Index;
            }
        }

        throw new InvalidOperationException($"{Name} ends in the middle of a member.");
    }

    // Leaves out the using directives, which say nothing about how a server works.
    private string Body() => _text[Math.Max(0, _text.IndexOf("namespace ", StringComparison.Ordinal))..];

    private static string Coloured(Match token)
    {
        var text = WebUtility.HtmlEncode(token.Value);
        return token.Groups["comment"].Success ? $"<span class=\"c\">{text}</span>"
            : token.Groups["string"].Success ? $"<span class=\"s\">{text}</span>"
            : token.Groups["keyword"].Success ? $"<span class=\"k\">{text}</span>"
            : text;
    }

    // Matches comments, strings of every kind, keywords, other words, and single characters (so that all text gets encoded).
    [GeneratedRegex(
        """"(?<comment>//[^\n]*)|""""
        + """"(?<string>\$*(?<quotes>"{3,})[\s\S]*?\k<quotes>|""""
        + """"(?:\$?@|@\$)"(?:""|[^"])*"|""""
        + """"\$"(?:\\.|\{\{|\{(?:\$?"(?:\\.|[^"\\\n])*"|\{[^{}"\n]*\}|[^{}"\n])*\}|[^"\\{\n])*"|""""
        + """"\$?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])')|""""
        + """"(?<keyword>\b(?:abstract|async|await|base|bool|break|byte|case|catch|class|const|continue|else|enum|""""
        + """"false|finally|for|foreach|if|in|int|internal|is|long|namespace|new|not|null|out|override|private|""""
        + """"protected|public|readonly|record|return|sealed|static|string|struct|switch|this|throw|true|try|using|var|""""
        + """"void|volatile|when|while)\b)|\w+|.|\n"""")]
    private static partial Regex Token();
}
