using System.Net;
using System.Text.Json.Nodes;
using HtmlAgilityPack;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Whether what a notebook claims of its measurements is so. A busy machine can spoil a measurement, but hardly the same one in
/// every run; a false claim fails in all of them. So every claim must hold in at least one run.
/// </summary>
internal static class NotebookClaims
{
    /// <summary>The claims that held in none of the runs.</summary>
    /// <param name="runs">One or more runs of one notebook.</param>
    /// <returns>A sentence a claim, with what was measured in each run.</returns>
    public static List<string> Failures(IEnumerable<OneRun> runs) =>
    [
        .. runs.SelectMany(run => run.Notebook.CodeCells)
            .SelectMany(cell => Of(cell).Select((claim, place) => (Key: (cell.Id, place), Claim: claim)))
            .GroupBy(claim => claim.Key, claim => claim.Claim)
            .Where(shown => !shown.Any(claim => claim.Holds))
            .Select(shown => Failure(shown.Key.Id, [.. shown])),
    ];

    /// <summary>The claims that a cell shows, in order.</summary>
    public static IEnumerable<Shown> Of(NotebookCell cell) =>
        cell.Outputs.SelectMany(output => output?["data"]?["text/html"] is { } html ? Of(Text(html)) : []);

    private static string Failure(string cell, Shown[] runs) =>
        $"{cell}: '{runs[0].Text}' should be {runs[0].Stated}; measured: {string.Join(", ", runs.Select(run => run.Measured))}.";

    private static IEnumerable<Shown> Of(string html)
    {
        // Most outputs hold none; and one, the notebook's first, holds megabytes of script.
        if (!html.Contains("course-claims", StringComparison.Ordinal))
        {
            yield break;
        }

        var document = new HtmlDocument();
        document.LoadHtml(html);
        var rows = document.DocumentNode.SelectNodes("//table[contains(@class, 'course-claims')]/tbody/tr");
        foreach (var row in rows ?? Enumerable.Empty<HtmlNode>())
        {
            var cells = row.Elements("td").Select(cell => WebUtility.HtmlDecode(cell.InnerText).Replace('\u00a0', ' ')).ToList();
            yield return new Shown(cells[0], cells[1], cells[2], cells[3] == "holds");
        }
    }

    // The file format has long texts as lists of lines too.
    private static string Text(JsonNode data) =>
        data is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)data!;

    /// <summary>A claim as a cell shows it.</summary>
    /// <param name="Text">What is claimed.</param>
    /// <param name="Stated">The number that is claimed.</param>
    /// <param name="Measured">The number that was measured.</param>
    /// <param name="Holds">Whether it says that the claim holds.</param>
    public sealed record Shown(string Text, string Stated, string Measured, bool Holds);
}
