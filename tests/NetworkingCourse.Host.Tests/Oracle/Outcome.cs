using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Oracle;

/// <summary>
/// What came of a cell, in terms of neither kernel: a line for each text, value and display in order, then the compiler's
/// messages, then the failure.
/// </summary>
/// <param name="Lines">The lines.</param>
/// <param name="HaveText">For each value and display, in order, whether it also came as text.</param>
internal sealed partial record Outcome(IReadOnlyList<string> Lines, IReadOnlyList<bool> HaveText)
{
    /// <summary>How the style begins that comes with every value formatted as HTML; it is the same in both.</summary>
    private const string Style = "<style>";

    /// <summary>The outcome in .NET Interactive.</summary>
    public static Outcome Of(JsonArray events)
    {
        var shown = new Shown();
        var diagnostics = new List<string>();
        string? failure = null;
        foreach (var happened in events.Select(one => one!))
        {
            switch ((string)happened["type"]!)
            {
                case "stdout" or "stderr":
                    shown.Text((string)happened["type"]!, (string)happened["text"]!);
                    break;
                case "diagnostics":
                    diagnostics.AddRange(happened["found"]!.AsArray().Select(found => found!)
                        .Where(found => (string)found["severity"]! is "Warning" or "Error"
                            && (string)found["code"]! is not ("CS1701" or "CS1702"))
                        .Select(found => $"{((string)found["severity"]!).ToLowerInvariant()} {found["code"]} "
                            + $"({found["line"]},{found["column"]})"));
                    break;
                case "failed":
                    failure = (string?)happened["kind"] == "CodeSubmissionCompilationErrorException"
                        ? "does not compile"
                        : $"failed {happened["kind"]}: {happened["message"]}";
                    break;
                case var kind:
                    var formats = happened["data"]!.AsObject();
                    shown.Data(kind, formats.Select(format => KeyValuePair.Create(format.Key, (string)format.Value!)));
                    break;
            }
        }

        return Made(shown, diagnostics, failure);
    }

    /// <summary>
    /// The outcome in the course's kernel. Where .NET Interactive shows no text beside HTML, this one's text does not matter.
    /// </summary>
    public static Outcome Of(IEnumerable<KernelEvent> events, Outcome expected)
    {
        var shown = new Shown(expected);
        var diagnostics = new List<string>();
        string? failure = null;
        foreach (var happened in events)
        {
            switch (happened)
            {
                case KernelEvent.Stream { IsError: true } stream when Warning().Matches(stream.Text) is { Count: > 0 } warnings:
                    diagnostics.AddRange(warnings.Select(found =>
                        $"warning {found.Groups["id"]} ({found.Groups["line"]},{found.Groups["column"]})"));
                    break;
                case KernelEvent.Stream stream:
                    shown.Text(stream.IsError ? "stderr" : "stdout", stream.Text);
                    break;
                case KernelEvent.Display display:
                    shown.Data("display", display.Data.Formats);
                    break;
                case KernelEvent.DisplayUpdate update:
                    shown.Data("update", update.Data.Formats);
                    break;
                case KernelEvent.Result value:
                    shown.Data("value", value.Data.Formats);
                    break;
                case KernelEvent.Failure { Error: { Name: CellError.Compilation } error }:
                    failure = "does not compile";
                    diagnostics.AddRange(error.Traceback.Select(line => Error().Match(line)).Where(found => found.Success)
                        .Select(found => $"error {found.Groups["id"]} ({found.Groups["line"]},{found.Groups["column"]})"));
                    break;
                case KernelEvent.Failure failed:
                    failure = $"failed {failed.Error.Name}: {failed.Error.Message}";
                    break;
            }
        }

        return Made(shown, diagnostics, failure);
    }

    public bool Equals(Outcome? other) => other is not null && Lines.SequenceEqual(other.Lines);

    public override int GetHashCode() => Lines.Count;

    public override string ToString() =>
        string.Join("\n", Lines.Select(line => "    " + line.Replace("\n", "\\n", StringComparison.Ordinal)));

    private static Outcome Made(Shown shown, List<string> diagnostics, string? failure) =>
        new(
            [
                .. shown.Lines.Select(Readable),
                .. diagnostics.Order(StringComparer.Ordinal),
                .. failure is null ? [] : new[] { failure },
            ],
            shown.HaveText);

    // The number of a submission, and of a type without a name, is the cell's, which the two kernels count from different
    // starting points.
    private static string Readable(string line)
    {
        var style = line.IndexOf(Style, StringComparison.Ordinal);
        var isStyle = style >= 0 && line.EndsWith("</style>", StringComparison.Ordinal);
        return Numbered().Replace(isStyle ? line[..style] + Style : line, "$1");
    }

    [GeneratedRegex(@"^(?:cell \d+, line (?<line>\d+), column (?<column>\d+): )?warning (?<id>CS\d+)", RegexOptions.Multiline)]
    private static partial Regex Warning();

    [GeneratedRegex(@"^cell \d+, line (?<line>\d+), column (?<column>\d+): (?<id>CS\d+)")]
    private static partial Regex Error();

    [GeneratedRegex(@"(Submission#|AnonymousType)\d+(#\d+)?")]
    private static partial Regex Numbered();

    /// <summary>Text and values in order; consecutive text on one stream is joined.</summary>
    private sealed class Shown(Outcome? expected = null)
    {
        private string? _stream;
        private StringBuilder _text = new();

        public List<string> Lines { get; } = [];

        public List<bool> HaveText { get; } = [];

        public void Text(string stream, string text)
        {
            if (_stream == stream)
            {
                _text.Append(text);
                Lines[^1] = $"{stream} {_text}";
                return;
            }

            (_stream, _text) = (stream, new StringBuilder(text));
            Lines.Add($"{stream} {text}");
        }

        public void Data(string kind, IEnumerable<KeyValuePair<string, string>> formats)
        {
            _stream = null;
            var all = formats.OrderBy(format => format.Key, StringComparer.Ordinal).ToList();
            var isTextExpected = all.Count == 1 || expected is null || expected.HaveText.ElementAtOrDefault(HaveText.Count);
            HaveText.Add(all.Any(format => format.Key == MimeBundle.PlainText));
            var wanted = all.Where(format => isTextExpected || format.Key != MimeBundle.PlainText);
            Lines.AddRange(wanted.Select(format => $"{kind} {format.Key}: {format.Value}"));
        }
    }
}
