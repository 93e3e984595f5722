using System.Globalization;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>One cell of a notebook.</summary>
internal sealed class NotebookCell
{
    /// <summary>The tag of a cell that must fail, as in nbclient and Jupyter Book.</summary>
    public const string MustFailTag = "raises-exception";

    private readonly JsonObject _cell;

    /// <param name="cell">The cell's JSON, which is changed in place.</param>
    /// <param name="index">The cell's index in the notebook, counted from 0.</param>
    /// <param name="ids">The IDs used so far. In nbformat 4.5 every cell needs a unique ID; older notebooks have none.</param>
    /// <param name="keepOutputs">Whether the cell keeps the outputs that it has.</param>
    public NotebookCell(JsonObject cell, int index, HashSet<string> ids, bool keepOutputs = false)
    {
        _cell = cell;
        Index = index;
        cell["id"] = IdOf(cell, index, ids);
        if (IsCode && !(keepOutputs && cell["outputs"] is JsonArray))
        {
            SetOutputs(null, []);
        }
    }

    /// <summary>The cell's index among all cells of the notebook, counted from 0.</summary>
    public int Index { get; }

    /// <summary>The cell's ID, unique in its notebook.</summary>
    public string Id => (string)_cell["id"]!;

    /// <summary>Whether this is a code cell.</summary>
    public bool IsCode => (string?)_cell["cell_type"] == "code";

    /// <summary>The cell's text.</summary>
    public string Source => NotebookJson.Source(_cell);

    /// <summary>The first line of actual code, for progress displays.</summary>
    public string FirstLine =>
        Source.Split('\n')
            .Select(line => line.Trim())
            .FirstOrDefault(line =>
                line.Length > 0 && !line.StartsWith('#') && !line.StartsWith("using ", StringComparison.Ordinal))
        ?? "";

    /// <summary>Whether the cell must fail.</summary>
    public bool MustFail => _cell["metadata"] is JsonObject metadata && metadata["tags"] is JsonArray tags
        && tags.Any(tag => tag is JsonValue text && text.TryGetValue(out string? name) && name == MustFailTag);

    /// <summary>The cell's outputs.</summary>
    public JsonArray Outputs => (JsonArray)_cell["outputs"]!;

    /// <summary>Returns the cell's ID, or one made from its index if it has none or another cell has the same.</summary>
    /// <inheritdoc cref="NotebookCell(JsonObject, int, HashSet{string}, bool)"/>
    public static string IdOf(JsonObject cell, int index, HashSet<string> ids)
    {
        if (cell["id"] is JsonValue id && id.TryGetValue(out string? known) && ids.Add(known))
        {
            return known;
        }

        var made = string.Create(CultureInfo.InvariantCulture, $"cell-{index + 1}");
        while (!ids.Add(made))
        {
            made += "-";
        }

        return made;
    }

    /// <summary>Sets the results of a run.</summary>
    /// <param name="executionCount">The cell's execution count; null if it did not run.</param>
    /// <param name="outputs">The outputs in the format of nbformat.</param>
    public void SetOutputs(int? executionCount, JsonArray outputs)
    {
        _cell["execution_count"] = executionCount;
        _cell["outputs"] = outputs;
    }
}
