using System.Globalization;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>One cell of a notebook.</summary>
internal sealed class NotebookCell
{
    /// <summary>The tag of a cell that must fail, as nbclient and Jupyter Book know it.</summary>
    public const string MustFailTag = "raises-exception";

    private readonly JsonObject _cell;

    /// <param name="cell">The cell's JSON, which is changed in place.</param>
    /// <param name="index">Its place in the notebook, from 0.</param>
    /// <param name="ids">The ids given so far: nbformat 4.5 wants each cell to have one of its own, older notebooks have none.</param>
    public NotebookCell(JsonObject cell, int index, HashSet<string> ids)
    {
        _cell = cell;
        Index = index;
        cell["id"] = IdOf(cell, index, ids);
        if (IsCode)
        {
            SetOutputs(null, []);
        }
    }

    /// <summary>Its place in the notebook, from 0, text cells counted.</summary>
    public int Index { get; }

    /// <summary>What it is known by in its notebook.</summary>
    public string Id => (string)_cell["id"]!;

    /// <summary>Whether it holds code.</summary>
    public bool IsCode => (string?)_cell["cell_type"] == "code";

    /// <summary>Its text.</summary>
    public string Source => NotebookJson.Source(_cell);

    /// <summary>The first line that says something, for people who watch.</summary>
    public string FirstLine =>
        Source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && !line.StartsWith('#') && !line.StartsWith("using ", StringComparison.Ordinal)) ?? "";

    /// <summary>Whether it must fail.</summary>
    public bool MustFail => _cell["metadata"] is JsonObject metadata && metadata["tags"] is JsonArray tags
        && tags.Any(tag => tag is JsonValue text && text.TryGetValue(out string? name) && name == MustFailTag);

    /// <summary>What it put out.</summary>
    public JsonArray Outputs => (JsonArray)_cell["outputs"]!;

    /// <summary>A cell's id; one made from its place if it has none, or one that another cell has.</summary>
    /// <inheritdoc cref="NotebookCell(JsonObject, int, HashSet{string})"/>
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

    /// <summary>Puts in what a run brought.</summary>
    /// <param name="executionCount">As the how-manieth cell it ran; null if it did not.</param>
    /// <param name="outputs">Outputs as nbformat has them.</param>
    public void SetOutputs(int? executionCount, JsonArray outputs)
    {
        _cell["execution_count"] = executionCount;
        _cell["outputs"] = outputs;
    }
}
