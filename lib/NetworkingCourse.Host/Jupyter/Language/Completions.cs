using Microsoft.CodeAnalysis.Completion;

namespace NetworkingCourse.Host.Jupyter.Language;

/// <summary>The completions at a position.</summary>
/// <param name="Start">The start of the text to replace, in UTF-16 code units.</param>
/// <param name="End">The end of that text.</param>
/// <param name="Items">The completions.</param>
internal sealed record Completions(int Start, int End, IReadOnlyList<CompletionChoice> Items)
{
    /// <summary>The maximum number of completions: more than users read, and front ends become slow with thousands.</summary>
    private const int MaxMatches = 500;

    /// <summary>
    /// Selects those of the compiler's completions that begin with the text already typed, matches of the same case first.
    /// </summary>
    public static Completions Of(CompletionList list, string code, int position)
    {
        var start = Math.Min(list.Span.Start, position);
        var typed = code[start..position];
        var fitting = list.ItemsList
            .Where(item => item.DisplayText.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(item => item.DisplayText.StartsWith(typed, StringComparison.Ordinal))
            .ThenBy(item => item.SortText, StringComparer.OrdinalIgnoreCase)
            .Select(item => new CompletionChoice(item.DisplayText, item.Tags.FirstOrDefault()?.ToLowerInvariant() ?? ""))
            .Where(choice => choice.Text.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '@' or '#'))
            .Distinct()
            .Take(MaxMatches);
        return new Completions(start, position, [.. fitting]);
    }
}

/// <summary>One completion.</summary>
/// <param name="Text">The text to insert.</param>
/// <param name="Kind">The kind of symbol: <c>method</c>, <c>class</c>, <c>local</c>.</param>
internal sealed record CompletionChoice(string Text, string Kind);
