using Microsoft.CodeAnalysis.Completion;

namespace NetworkingCourse.Host.Jupyter.Language;

/// <summary>What may stand at a place.</summary>
/// <param name="Start">Where what is replaced begins, in UTF-16 units.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Items">The possibilities.</param>
internal sealed record Completions(int Start, int End, IReadOnlyList<CompletionChoice> Items)
{
    /// <summary>More than anybody reads; front ends become slow with thousands.</summary>
    private const int Most = 500;

    /// <summary>Of what the compiler offers, those that begin with what is written already: in its case first, then in any.</summary>
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
            .Take(Most);
        return new Completions(start, position, [.. fitting]);
    }
}

/// <summary>One possibility.</summary>
/// <param name="Text">What would be written.</param>
/// <param name="Kind">What it is: <c>method</c>, <c>class</c>, <c>local</c>.</param>
internal sealed record CompletionChoice(string Text, string Kind);
