using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NetworkingCourse.Display;

/// <summary>
/// Source code without what only the compiler and its tools need: the tags of documentation comments,
/// <c>ConfigureAwait(false)</c>, attributes about pools and notebooks, and switched-off warnings. All other code is unchanged.
/// </summary>
internal static partial class ReadableCode
{
    private const int Columns = 100;

    private static readonly string[] Empty = ["a", "an", "the", "its", "this", "current", "of"];

    /// <summary>Makes a source file readable.</summary>
    /// <param name="text">The file, with line feeds as line ends.</param>
    public static string Of(string text)
    {
        var lines = WithoutConfigureAwait(text).Split('\n');
        var isText = InsideStrings(lines);
        var (kept, isAfterRemoval) = (new List<string>(), false);
        for (var i = 0; i < lines.Length; i++)
        {
            var end = isText[i] ? i : EndOfRemoved(lines, i);
            if (end > i)
            {
                kept.AddRange(IsDocumentation(lines[i]) ? PlainComment(lines[i..end], lines[end]) : []);
                (i, isAfterRemoval) = (end - 1, true);
                continue;
            }

            // Of the blank lines around what is gone, one at most is left.
            if (isAfterRemoval && !isText[i] && lines[i].Length == 0 && kept is [] or [.., ""] or [.., [.., '{']])
            {
                continue;
            }

            kept.Add(lines[i]);
            isAfterRemoval = false;
        }

        return string.Join('\n', kept);
    }

    // A call on a line of its own goes with its line, but what follows it must not get into a comment.
    private static string WithoutConfigureAwait(string text)
    {
        var endOfComment = -1;
        return TokenOrAwait().Replace(text, token =>
        {
            endOfComment = token.Groups["comment"].Success ? token.Index + token.Length : endOfComment;
            return !token.Groups["await"].Success ? token.Value
                : token.Index == endOfComment ? token.Groups["space"].Value
                : "";
        });
    }

    // Which lines begin inside a string.
    private static bool[] InsideStrings(string[] lines)
    {
        var inside = new bool[lines.Length];
        var text = string.Join('\n', lines);
        foreach (var token in TokenOrAwait().Matches(text).Where(token => token.Groups["string"].Success))
        {
            var first = text.AsSpan(0, token.Index).Count('\n');
            inside.AsSpan(first + 1, token.ValueSpan.Count('\n')).Fill(true);
        }

        return inside;
    }

    // The number of the line after what is removed from a line on; the line itself if it is kept.
    private static int EndOfRemoved(string[] lines, int first)
    {
        var end = first;
        if (IsDocumentation(lines[first]))
        {
            while (end < lines.Length && IsDocumentation(lines[end]))
            {
                end++;
            }
        }
        else if (Attribute().IsMatch(lines[first]))
        {
            while (!EndOfAttribute().IsMatch(lines[end++]))
            {
            }
        }
        else if (lines[first].StartsWith("#pragma warning", StringComparison.Ordinal))
        {
            end++;
        }

        return end;
    }

    private static bool IsDocumentation(string line) => line.TrimStart().StartsWith("///", StringComparison.Ordinal);

    // The summary and the remarks. What parameters, results and exceptions mean is for those who call, not for those who read.
    private static IEnumerable<string> PlainComment(string[] lines, string declaration)
    {
        var indent = lines[0][..lines[0].IndexOf('/', StringComparison.Ordinal)];
        var width = Columns - indent.Length - "// ".Length;
        var documentation = XElement.Parse($"<doc>{string.Join('\n', lines.Select(line => line.TrimStart()[3..]))}</doc>");
        var paragraphs = documentation.Elements()
            .Where(element => element.Name.LocalName is "summary" or "remarks")
            .Select(Words)
            .Where(words => words.Length > 0)
            .ToList();
        if (indent.Length > 0 && paragraphs is [var only] && SaysOnlyTheName(only, declaration))
        {
            return [];
        }

        return paragraphs
            .SelectMany((words, i) => Wrapped(words, width).Prepend("").Skip(i == 0 ? 1 : 0))
            .Select(line => $"{indent}// {line}".TrimEnd());
    }

    // Whether a comment repeats what a member is called: "The current phase." above Phase.
    private static bool SaysOnlyTheName(string[] words, string declaration) => words
        .Select(word => word.TrimEnd('.', ','))
        .All(word => Empty.Contains(word, StringComparer.OrdinalIgnoreCase)
            || Name().Matches(declaration).Any(name => name.Value.Equals(word, StringComparison.OrdinalIgnoreCase)));

    private static string[] Words(XElement element) =>
        string.Concat(element.Nodes().Select(Plain)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { IsEmpty: true } named when named.FirstAttribute is { } name => ShortName(name.Value),
        XElement { Name.LocalName: "c" } code when !code.Value.Any(char.IsLetterOrDigit) => $"'{code.Value}'",
        XElement element => string.Concat(element.Nodes().Select(Plain)),
        _ => "",
    };

    // Socket.Select(IList, TimeSpan) -> Socket.Select; Channel{T} -> Channel<T>
    private static string ShortName(string name) =>
        Namespace().Replace(name.Split('(')[0], "").Replace('{', '<').Replace('}', '>');

    private static IEnumerable<string> Wrapped(string[] words, int width)
    {
        var line = "";
        foreach (var word in words)
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line += line.Length == 0 ? word : $" {word}";
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }

    [GeneratedRegex(Source.Comments + "|" + Source.Strings + @"|(?<await>(?<space>\s*)\.ConfigureAwait\(false\))")]
    private static partial Regex TokenOrAwait();

    [GeneratedRegex(@"^\s*\[(?:AsyncMethodBuilder|TypeFormatterSource|SuppressMessage)\(")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\)\]\s*(?://.*)?$")]
    private static partial Regex EndOfAttribute();

    // A word of a name: Is, Ready and State of IsReadyState.
    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+")]
    private static partial Regex Name();

    [GeneratedRegex(@"^System\.(?:\w+\.)*(?=\w)")]
    private static partial Regex Namespace();
}
