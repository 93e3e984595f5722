using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// What the outputs of a cell say, in every format, without what differs from one run of it to the next: numbers and times, bytes of
/// keys, names of temporary files, and the order of what happened at the same time. Two cells that say the same have the same pieces.
/// </summary>
internal static partial class CellText
{
    private const string Number = @"[-+−]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?";

    /// <summary>The pieces, sorted.</summary>
    /// <param name="outputs">Outputs as a notebook file has them.</param>
    public static IReadOnlyList<string> Of(JsonArray outputs) =>
        [.. outputs.SelectMany(output => Texts(output!)).SelectMany(Pieces).Order(StringComparer.Ordinal)];

    /// <summary>The types of a cell's outputs, and the formats of each value. A plain text beside another format is left out: the course's kernel always adds one.</summary>
    public static string KindsOf(JsonArray outputs) => string.Join("; ", outputs.Select(output => Kind(output!)).Distinct());

    private static string Kind(JsonNode output) => (string)output["output_type"]! switch
    {
        "stream" => $"stream {(string?)output["name"]}",
        "error" => "error",
        var type => $"{type} {string.Join(", ", output["data"]!.AsObject().Select(format => format.Key).Where((format, _) => output["data"]!.AsObject().Count == 1 || format != "text/plain").Order(StringComparer.Ordinal))}",
    };

    private static IEnumerable<string> Texts(JsonNode output) => (string)output["output_type"]! switch
    {
        "stream" => [Text(output["text"]!)],
        "error" => [(string)output["evalue"]!],
        // Only what both kernels have: the plain text of a value that has another format is this kernel's own addition.
        _ => output["data"]!.AsObject().Where(format => format.Key != "text/plain" || output["data"]!.AsObject().Count == 1).Select(format => Text(format.Value!)),
    };

    // The file format has long texts as lists of lines too.
    private static string Text(JsonNode text) => text is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)text!;

    private static IEnumerable<string> Pieces(string text)
    {
        text = WebUtility.HtmlDecode(Tag().Replace(Drawing().Replace(text, "\n"), "\n"));
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !Rule().IsMatch(line)))
        {
            var said = EscapedBytes().Count(line) > 3 ? "<bytes>" : line;
            said = TemporaryName().Replace(said, "<file>");
            said = Hexadecimal().Replace(said, "<hex>");
            said = Time().Replace(said, "<time>");
            said = Plural().Replace(Digits().Replace(said, "#"), "# $1");
            foreach (var piece in said.Split(", ").Select(piece => Spaces().Replace(piece, " ").Trim()).Where(piece => piece.Any(char.IsLetter) && piece is not ("<time>" or "<hex>")))
            {
                yield return piece;
            }
        }
    }

    [GeneratedRegex("(?s)<(script|style)\\b.*?</\\1>")]
    private static partial Regex Drawing();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^[-\s]*$")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\\x[0-9a-f]{2}")]
    private static partial Regex EscapedBytes();

    [GeneratedRegex(@"\S*tmp\S*")]
    private static partial Regex TemporaryName();

    [GeneratedRegex(@"\b[0-9a-fA-F]{2}(?:[ :-][0-9a-fA-F]{2})+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(Number + @"\s?(?:ns|µs|ms|s|min)\b")]
    private static partial Regex Time();

    [GeneratedRegex(Number)]
    private static partial Regex Digits();

    [GeneratedRegex(@"# (\p{L}+?)s\b")]
    private static partial Regex Plural();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
