using System.Text;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>
/// Gathers a cell's events as outputs of nbformat 4.5. What a notebook could not be opened with any more is left out, and the output
/// says so: text beyond a megabyte, outputs beyond two hundred.
/// </summary>
internal sealed class CellOutputs
{
    private readonly List<Entry> _entries = [];
    private int _text;
    private bool _capped;

    /// <summary>Takes an event of the cell.</summary>
    public void Add(KernelEvent happened)
    {
        switch (happened)
        {
            case KernelEvent.Stream stream:
                AddText(stream.IsError, stream.Text);
                break;
            case KernelEvent.Display display:
                AddEntry(new Entry(display.DisplayId, _ => Data("display_data", display.Data)));
                break;
            case KernelEvent.DisplayUpdate update:
                if (_entries.FindIndex(entry => entry.DisplayId == update.DisplayId) is >= 0 and var place)
                {
                    _entries[place] = new Entry(update.DisplayId, _ => Data("display_data", update.Data));
                }

                break;
            case KernelEvent.Result result:
                AddEntry(new Entry(null, count => Data("execute_result", result.Data, count)));
                break;
            case KernelEvent.Failure failure:
                // Never left out: it is what the reader looks for.
                _entries.Add(new Entry(null, _ => Error(failure.Error)));
                break;
            case KernelEvent.BackgroundFailure failure:
                AddText(isError: true, OutputLimits.Notice(failure));
                break;
            case KernelEvent.Clear:
                // Whether at once or with the next output makes no difference to who reads the notebook afterwards.
                _entries.Clear();
                (_text, _capped) = (0, false);
                break;
        }
    }

    /// <summary>The outputs so far.</summary>
    public JsonArray ToJson(int executionCount) => [.. _entries.Select(entry => entry.ToJson(executionCount))];

    /// <summary>Text as nbformat has it: a list of lines, each with its end.</summary>
    internal static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            var next = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..next]);
            start = next;
        }

        return lines;
    }

    private void AddText(bool isError, string text)
    {
        if (_capped)
        {
            return;
        }

        var room = OutputLimits.MostText - _text;
        var kept = text.Length <= room ? text : text[..room];
        _text += kept.Length;
        if (_entries.LastOrDefault() is not { Text: { } last } entry || entry.IsError != isError)
        {
            last = new StringBuilder();
            AddEntry(new Entry(null, _ => Stream(isError, last.ToString())) { Text = last, IsError = isError });
        }

        last.Append(kept);
        if (kept.Length < text.Length)
        {
            Cap(OutputLimits.TooMuchText);
        }
    }

    private void AddEntry(Entry entry)
    {
        if (_capped)
        {
            return;
        }

        if (_entries.Count == OutputLimits.MostOutputs)
        {
            Cap(OutputLimits.TooManyOutputs);
            return;
        }

        _entries.Add(entry);
    }

    private void Cap(string notice)
    {
        _capped = true;
        _entries.Add(new Entry(null, _ => Stream(isError: true, notice)));
    }

    private static JsonObject Stream(bool isError, string text) => new()
    {
        ["name"] = isError ? "stderr" : "stdout",
        ["output_type"] = "stream",
        ["text"] = Lines(text),
    };

    private static JsonObject Data(string type, MimeBundle bundle, int? executionCount = null)
    {
        var data = new JsonObject();
        foreach (var (mimeType, text) in bundle.Formats.OrderBy(format => format.Key, StringComparer.Ordinal))
        {
            data[mimeType] = Lines(text);
        }

        // Keys in the order in which Jupyter writes them.
        var output = new JsonObject { ["data"] = data };
        if (executionCount is { } count)
        {
            output["execution_count"] = count;
        }

        output["metadata"] = new JsonObject();
        output["output_type"] = type;
        return output;
    }

    private static JsonObject Error(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["output_type"] = "error",
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
    };

    private sealed record Entry(string? DisplayId, Func<int, JsonObject> ToJson)
    {
        public StringBuilder? Text { get; init; }

        public bool IsError { get; init; }
    }
}
