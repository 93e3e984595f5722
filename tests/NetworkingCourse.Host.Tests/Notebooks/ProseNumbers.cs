using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Finds numbers with a unit in a lesson's prose for which nothing stands: neither the code or the outputs of the cells nearby,
/// nor a source or a calculation in the same sentence, nor a definition in the list below.
/// </summary>
/// <remarks>Widths in bits are not looked at: they are facts about formats, and byte views show them.</remarks>
internal static partial class ProseNumbers
{
    private const string Number = @"\d[\d,]*(?:\.\d+)?";

    /// <summary>How many code cells before the prose, and how many after it, are near.</summary>
    private const int Near = 3;

    /// <summary>What is so by definition, or follows from other numbers of the lesson.</summary>
    private static readonly Dictionary<(string Cell, string Quantity), string> Defined = new()
    {
        [("hand-22", "1,000 bytes")] = "what the page of the course's own site claims",
        [("levels-26", "40 ms")] = "the link of the experiment that follows after its chart",
        [("levels-25f", "60 ms")] = "a setting of the experiment that follows after its code",
        [("loss-14", "20, 40, 80 and 160 ms")] = "the first timeout, doubled",
        [("loss-14", "0, 20, 60 and 140 ms")] = "the sums of these timeouts",
        [("loss-40", "1,500 bytes")] = "the length of a segment in the simulation: Bottleneck.SegmentBytes",
        [("packets-21", "4 GiB")] = "2 to the power of 32 bytes",
        [("edges-09", "29 bytes")] = "the length of the text in the cell above",
        [("queues-12", "65,507 bytes")] = "measured in lesson 2.1",
        [("upkeep-22", "63 s")] = "how long a half-open connection is kept, from the text before the flood",
        [("addresses-43", "1,180 bytes")] = "the MTU without a header",
        [("queueing-02a", "200,000 km")] = "the speed of light in glass, about two thirds of that in a vacuum",
        [("queueing-02a", "6,000 km")] = "the delay of the link in the cell below, at that speed",
        [("dns-24", "10 s")] = "9 s and 1 s",
        [("internet-26", "70 s")] = "one minute and ten seconds",
        [("threads-26", "20, 40 and 80 ms")] = "the default of RestartDelay, doubled",
        [("load-15", "5 ms")] = "from the formula in the sentence before",
        [("load-15", "20 ms")] = "the long-run prediction for four workers in the table above, to the millisecond",
        [("load-15", "45 ms")] = "from the formula two sentences before",
        [("load-15", "55 ms")] = "the same with the service time",
    };

    /// <summary>The factors by which a number in code may differ from the one in prose, by unit; others have only 1.</summary>
    private static readonly Dictionary<string, double[]> Factors = new()
    {
        ["ms"] = [1, 0.001],
        ["s"] = [1, 1000],
        ["%"] = [1, 0.01],
        ["KB"] = [1000, 1024],
        ["kB"] = [1000, 1024],
        ["KiB"] = [1024],
        ["MB"] = [1e6, 1 << 20],
        ["MiB"] = [1 << 20],
        ["GiB"] = [1 << 30],
        ["Mbit/s"] = [1, 1e6],
        ["Gbit/s"] = [1e9],
    };

    /// <summary>The unfounded numbers of a notebook that has been run.</summary>
    public static List<string> Unfounded(Notebook notebook)
    {
        var faults = new List<string>();
        foreach (var cell in notebook.Cells.Where(cell => !cell.IsCode))
        {
            // What comes after this heading are values to try.
            var prose = cell.Source.Split("## Change it and run it again")[0];
            var near = string.Join('\n', Around(notebook, cell.Index).Select(code => $"{code.Source}\n{TextOf(code.Outputs)}"));
            var found = Unfounded(prose, near).ToHashSet();
            faults.AddRange(found.Where(one => !Defined.ContainsKey((cell.Id, one))).Select(one => $"{cell.Id}: {one}"));
            faults.AddRange(Defined.Keys.Where(one => one.Cell == cell.Id && !found.Contains(one.Quantity))
                .Select(one => $"{cell.Id}: {one.Quantity} needs no definition, or is not there."));
        }

        return faults;
    }

    /// <summary>The numbers with a unit in a prose for which nothing stands.</summary>
    /// <param name="prose">The prose, in Markdown.</param>
    /// <param name="near">The code near it and its outputs.</param>
    public static IEnumerable<string> Unfounded(string prose, string near)
    {
        var known = Digits().Matches(near).Select(match => Plain(match.Value)).ToHashSet();
        return SentenceEnd().Split(prose)
            .Where(sentence => !Source().IsMatch(sentence) && !Duration().IsMatch(sentence))
            .SelectMany(sentence => Quantity().Matches(sentence))
            .Where(match => !Digits().Matches(match.Groups["numbers"].Value)
                .All(number => IsKnown(number.Value, match.Groups["unit"].Value, known, near)))
            .Select(match => match.Value);
    }

    /// <summary>What a cell's outputs say as plain text.</summary>
    public static string TextOf(JsonArray outputs) => string.Join('\n', outputs
        .Select(output => output!["text"] ?? output["data"]?["text/plain"])
        .OfType<JsonNode>()
        .Select(text => text is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)text!));

    private static IEnumerable<NotebookCell> Around(Notebook notebook, int index) =>
        notebook.CodeCells.Where(cell => cell.Index < index).TakeLast(Near)
            .Concat(notebook.CodeCells.Where(cell => cell.Index > index).Take(Near));

    private static bool IsKnown(string number, string unit, HashSet<string> known, string near)
    {
        var value = double.Parse(Plain(number), CultureInfo.InvariantCulture);
        return Factors.GetValueOrDefault(unit, [1]).Any(factor => known.Contains(Written(value * factor)))
            || Regex.IsMatch(near, $@"(?<![\d,.]){Regex.Escape(number)}\s?{Regex.Escape(unit)}(?!\w)");
    }

    private static string Written(double value) => Math.Round(value, 9).ToString("0.#########", CultureInfo.InvariantCulture);

    private static string Plain(string number) =>
        number.Replace(",", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).TrimEnd('.');

    [GeneratedRegex(@"\d[\d,_]*(?:\.\d+)?")]
    private static partial Regex Digits();

    [GeneratedRegex(@"(?<![\w.,§/:·-])(?<numbers>" + Number + "(?:(?:,| and| to| or) " + Number + @")*)[\s\u00a0-]?"
        + @"(?<unit>%|×|ms|µs|ns|s|seconds?|minutes?|hours?|days?|bytes?|octets?|KB|kB|MB|KiB|MiB|GiB|Mbit/s|Gbit/s|km)"
        + @"(?![\w/])")]
    private static partial Regex Quantity();

    // An RFC, a manual page, a link, a setting or constant of a system, a standard; or a calculation.
    [GeneratedRegex(@"RFC \d|\b[a-z_]+\(\d\)|\]\(|`[a-z0-9_]+(?:\.[a-z0-9_]+)+`|`[A-Z]+(?:_[A-Z]+)+`|ITU-T"
        + @"|\d ?[·=−/+×]|[·=−/+] ?\d")]
    private static partial Regex Source();

    // How long a lesson takes.
    [GeneratedRegex("takes about|Allow about|You can stop after|places? to stop|cells run")]
    private static partial Regex Duration();

    [GeneratedRegex(@"(?<=[.?!:)])\s+(?=[A-Z*(\[`])|\n")]
    private static partial Regex SentenceEnd();
}
