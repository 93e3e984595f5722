using System.Text;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>
/// Collects a cell's events as nbformat 4.5 outputs. A notebook with too much output could not be opened any more, so of text
/// beyond one megabyte, and of outputs beyond two hundred, only the end is kept, with a notice.
/// </summary>
internal sealed class CellOutputs
{
    private readonly List<Entry> _entries = [];
    private readonly OutputTail _tail = new();
    private int _text;
    private bool _capped;

    /// <summary>Adds an event of the cell.</summary>
    public void Add(KernelEvent happened)
    {
        switch (happened)
        {
            case KernelEvent.Stream stream:
                AddText(stream);
                break;
            case KernelEvent.Display display:
                AddEntry(display, Of(display));
                break;
            case KernelEvent.DisplayUpdate update:
                if (_entries.FindIndex(entry => entry.DisplayId == update.DisplayId) is >= 0 and var place)
                {
                    _entries[place] = new Entry(update.DisplayId, _ => Data("display_data", update.Data));
                }

                break;
            case KernelEvent.Result result:
                // Never dropped: the result is what the reader looks for.
                AddTail();
                _entries.Add(new Entry(null, count => Data("execute_result", result.Data, count)));
                break;
            case KernelEvent.Failure failure:
                AddTail();
                _entries.Add(new Entry(null, _ => Error(failure.Error)));
                break;
            case KernelEvent.BackgroundFailure failure:
                AddText(new KernelEvent.Stream(failure.Cell, IsError: true, OutputLimits.Notice(failure)));
                break;
            case KernelEvent.Clear:
                // Whether it clears at once or with the next output makes no difference in a saved notebook.
                _entries.Clear();
                _tail.Take();
                (_text, _capped) = (0, false);
                break;
        }
    }

    /// <summary>The outputs so far.</summary>
    public JsonArray ToJson(int executionCount)
    {
        AddTail();
        return [.. _entries.Select(entry => entry.ToJson(executionCount))];
    }

    private void AddText(KernelEvent.Stream text)
    {
        if (_capped)
        {
            AddToTail(text);
            return;
        }

        var kept = text.Text[..Math.Min(text.Text.Length, OutputLimits.MaxText - OutputLimits.TextAtEnd - _text)];
        if (_entries.LastOrDefault() is not { Text: { } last } entry || entry.IsError != text.IsError)
        {
            last = new StringBuilder();
            var added = new Entry(null, _ => Stream(text.IsError, last.ToString())) { Text = last, IsError = text.IsError };
            if (!AddEntry(text, added))
            {
                return;
            }
        }

        _text += kept.Length;
        last.Append(kept);
        if (kept.Length < text.Text.Length)
        {
            _capped = true;
            AddToTail(text with { Text = text.Text[kept.Length..] });
        }
    }

    private bool AddEntry(KernelEvent happened, Entry entry)
    {
        _capped |= _entries.Count == OutputLimits.MaxOutputs - OutputLimits.OutputsAtEnd;
        if (_capped)
        {
            AddToTail(happened);
            return false;
        }

        _entries.Add(entry);
        return true;
    }

    private void AddTail() => _entries.AddRange(_tail.Take().Select(happened => happened is KernelEvent.Stream text
        ? new Entry(null, _ => Stream(text.IsError, text.Text))
        : Of((KernelEvent.Display)happened)));

    private void AddToTail(KernelEvent happened)
    {
        if (_tail.Add(happened) is { } notice)
        {
            _entries.Add(new Entry(null, _ => Stream(isError: true, notice)));
        }
    }

    private static Entry Of(KernelEvent.Display display) => new(display.DisplayId, _ => Data("display_data", display.Data));

    private static JsonObject Stream(bool isError, string text) => new()
    {
        ["name"] = isError ? "stderr" : "stdout",
        ["output_type"] = "stream",
        ["text"] = NotebookJson.Lines(text),
    };

    private static JsonObject Data(string type, MimeBundle bundle, int? executionCount = null)
    {
        var data = new JsonObject();
        foreach (var (mimeType, text) in bundle.Formats.OrderBy(format => format.Key, StringComparer.Ordinal))
        {
            data[mimeType] = NotebookJson.Lines(text);
        }

        // The keys are in Jupyter's order.
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
