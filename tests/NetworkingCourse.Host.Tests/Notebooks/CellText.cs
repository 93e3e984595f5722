using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Extracts what the outputs of a cell say, in every format, without what differs from run to run: numbers and times, bytes of
/// keys, names of temporary files, and the order of simultaneous events. Two cells that say the same have the same pieces.
/// </summary>
internal static partial class CellText
{
    private const string Number = @"[-+−]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?";

    /// <summary>Returns the pieces, sorted.</summary>
    /// <param name="outputs">Outputs in the form of a notebook file.</param>
    public static IReadOnlyList<string> Of(JsonArray outputs) =>
        [.. outputs.SelectMany(output => Texts(output!)).SelectMany(Pieces).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Returns the types of a cell's outputs, and the formats of each value. It leaves out a plain text beside another format:
    /// the course's kernel always adds one.
    /// </summary>
    public static string KindsOf(JsonArray outputs) => string.Join("; ", outputs.Select(output => Kind(output!)).Distinct());

    private static string Kind(JsonNode output) => (string)output["output_type"]! switch
    {
        "stream" => $"stream {(string?)output["name"]}",
        "error" => "error",
        var type => $"{type} {string.Join(", ", Formats(output).Select(format => format.Key).Order(StringComparer.Ordinal))}",
    };

    private static IEnumerable<string> Texts(JsonNode output) => (string)output["output_type"]! switch
    {
        "stream" => [Text(output["text"]!)],
        "error" => [(string)output["evalue"]!],
        _ => Formats(output).Select(format => Text(format.Value!)),
    };

    // Only what both kernels have: the course's kernel adds a plain text to each value that has another format.
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Formats(JsonNode output)
    {
        var data = output["data"]!.AsObject();
        return data.Where(format => format.Key != "text/plain" || data.Count == 1);
    }

    // A notebook file may also store a long text as a list of lines.
    private static string Text(JsonNode text) =>
        text is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)text!;

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
            var pieces = said.Split(", ")
                .Select(piece => Spaces().Replace(piece, " ").Trim())
                .Where(piece => piece.Any(char.IsLetter) && piece is not ("<time>" or "<hex>"));
            foreach (var piece in pieces)
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
