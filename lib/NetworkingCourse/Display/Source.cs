using System.Net;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Display;

/// <summary>
/// The source of a type of the library, as it was compiled, so that the code shown in a lesson and the code that runs cannot
/// differ. Only what a reader does not need is left out; see <see cref="ReadableCode"/>.
/// </summary>
public sealed partial class Source : Shown
{
    private const string Modifiers = "public|private|protected|internal|static";

    // What a type's own declaration begins with; it is not indented, and nested types are.
    private const string Declarations =
        "^(?:(?:public|internal|file|static|abstract|sealed|readonly|ref|unsafe|partial) )*"
        + @"(?:class|struct|interface|enum|record(?: class| struct)?|delegate [^=;\n]*?) ?\b";

    private readonly string _text;

    private Source(string name, string text) => (Name, _text) = (name, text);

    /// <summary>The name of the file, and of the part of it that is shown.</summary>
    public string Name { get; }

    /// <summary>The source of a type of the library.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public static Source Of<T>() => Of(typeof(T).Name.Split('`')[0]);

    /// <summary>The source of a type of the library, by the type's name.</summary>
    /// <param name="type">
    /// The name, for example <c>SequentialServer</c>. If several files have this name, folders before it tell them apart:
    /// <c>Servers/SequentialServer</c>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no such type, or more than one; the message lists the available ones.
    /// </exception>
    public static Source Of(string type)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        var file = Find(Files(), type, Read);
        var name = type[(type.LastIndexOf('/') + 1)..];
        var title = NameOf(file) == name ? $"{name}.cs" : $"{NameOf(file)}.cs: {name}";
        var source = new Source(title, ReadableCode.Of(Read(file)));
        return Declaration(name).Match(source._text) is { Success: true } declaration
            ? new Source(title, source.Part(declaration.Index))
            : new Source(title, source._text[StartOfNamespace().Match(source._text).Index..]);
    }

    /// <summary>
    /// Finds the file of a type: the one that has the type's name or, if none has it, the one that declares the type.
    /// </summary>
    /// <param name="files">The paths of all files, with <c>/</c> between folders.</param>
    /// <param name="type">The name of the type, perhaps after folders.</param>
    /// <param name="read">Reads a file.</param>
    /// <exception cref="ArgumentException">There is no such file, or more than one.</exception>
    internal static string Find(IReadOnlyCollection<string> files, string type, Func<string, string> read)
    {
        var hasFolders = type.Contains('/', StringComparison.Ordinal);
        if (hasFolders && files.Contains($"{type}.cs"))
        {
            return $"{type}.cs";
        }

        var found = files.Where(file => $"/{file}".EndsWith($"/{type}.cs", StringComparison.Ordinal)).Order().ToList();
        if (found.Count == 0 && !hasFolders)
        {
            found = [.. files.Where(file => Declaration(type).IsMatch(read(file))).Order()];
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new ArgumentException(
                $"There is no source of '{type}'. Available: {string.Join(", ", files.Select(NameOf).Order())}.", nameof(type)),
            _ => throw new ArgumentException(
                $"'{type}' can be any of: {string.Join(", ", found.Select(file => file[..^3]))}.", nameof(type)),
        };
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

        return new Source($"{Name}: {name}", Part(declaration.Index));
    }

    /// <inheritdoc/>
    public override string ToHtml() =>
        $"{Style.Sheet}<div class=\"course-note\">{Name}</div>"
        + $"<pre class=\"course-source\"><code>{Token().Replace(_text, Coloured)}</code></pre>";

    /// <summary>The text that is shown.</summary>
    public override string ToString() => _text;

    private static string[] Files() =>
        [.. typeof(Source).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".cs", StringComparison.Ordinal))];

    private static string Read(string file)
    {
        using var reader = new StreamReader(typeof(Source).Assembly.GetManifestResourceStream(file)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd();
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);

    private static Regex Declaration(string type) => new(
        $@"{Declarations}{Regex.Escape(type)}\b",
        RegexOptions.CultureInvariant | RegexOptions.Multiline);

    // The declaration that begins at a position, with the comments and attributes above it and without its indentation.
    private string Part(int declaration)
    {
        var lines = _text.Split('\n');
        var (first, last) = (LineOf(declaration), LineOf(EndOfDeclaration(declaration)));
        var indent = IndentOf(lines[first]);
        var shown = lines[FirstAbove(lines, first)..(last + 1)];
        return string.Join('\n', shown.Select(line => line[Math.Min(indent, line.Length)..]));
    }

    // The first line of the comments and attributes above a line. An attribute may have further, indented lines.
    private static int FirstAbove(string[] lines, int first)
    {
        var indent = IndentOf(lines[first]);
        for (var above = first - 1; above >= 0; above--)
        {
            if (IndentOf(lines[above]) == indent && lines[above].TrimStart() is ['/', '/', ..] or ['[', ..])
            {
                first = above;
            }
            else if (IndentOf(lines[above]) <= indent)
            {
                break;
            }
        }

        return first;
    }

    private static int IndentOf(string line) => line.Length - line.TrimStart().Length;

    private int LineOf(int position) => _text.AsSpan(0, position).Count('\n');

    // Outside all brackets, a body ends at its closing brace, and an expression or an initial value at its semicolon.
    private int EndOfDeclaration(int start)
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

        throw new InvalidOperationException($"{Name} ends in the middle of a declaration.");
    }

    private static string Coloured(Match token)
    {
        var text = WebUtility.HtmlEncode(token.Value);
        return token.Groups["comment"].Success ? $"<span class=\"c\">{text}</span>"
            : token.Groups["string"].Success ? $"<span class=\"s\">{text}</span>"
            : token.Groups["keyword"].Success ? $"<span class=\"k\">{text}</span>"
            : text;
    }

    internal const string Comments = "(?<comment>//[^\n]*)";

    // Strings of every kind, and characters.
    internal const string Strings =
        """"(?<string>\$*(?<quotes>"{3,})[\s\S]*?\k<quotes>|""""
        + """"(?:\$?@|@\$)"(?:""|[^"])*"|""""
        + """"\$"(?:\\.|\{\{|\{(?:\$?"(?:\\.|[^"\\\n])*"|\{[^{}"]*\}|[^{}"])*\}|[^"\\{\n])*"|""""
        + """"\$?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])')"""";

    // Matches comments, strings, keywords, other words, and single characters (so that all text gets encoded).
    [GeneratedRegex(
        Comments + "|" + Strings + "|"
        + "(?<keyword>\\b(?:abstract|async|await|base|bool|break|byte|case|catch|class|const|continue|else|enum|"
        + "false|finally|for|foreach|if|in|int|internal|is|long|namespace|new|not|null|out|override|private|"
        + "protected|public|readonly|record|return|sealed|static|string|struct|switch|this|throw|true|try|using|var|"
        + "void|volatile|when|while)\\b)|\\w+|.|\n")]
    private static partial Regex Token();

    [GeneratedRegex("^namespace ", RegexOptions.Multiline)]
    private static partial Regex StartOfNamespace();
}
