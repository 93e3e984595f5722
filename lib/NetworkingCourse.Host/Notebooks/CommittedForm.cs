using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>
/// A notebook in the form in which the course's notebooks are committed: without outputs, execution counts and the metadata
/// that front ends add; with one kernel name for all front ends; and in Jupyter's layout, with keys in alphabetical order. The
/// author's work stays: the cells with their sources, IDs, tags and attached pictures.
/// </summary>
internal sealed partial class CommittedForm
{
    private const string Outputs = "outputs";
    private const string Count = "execution_count";
    private const string Metadata = "metadata";
    private const string KernelSpec = "kernelspec";

    private readonly string _path;
    private readonly byte[] _bytes;

    private CommittedForm(string path, byte[] bytes, IReadOnlyList<string> faults, IReadOnlyList<string> paths) =>
        (_path, _bytes, Faults, MachinePaths) = (path, bytes, faults, paths);

    /// <summary>The file in this form.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The differences between the file and this form, a phrase each; empty if both have the same bytes.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>Machine-specific paths in the cells' sources, a phrase each. The author has to change them.</summary>
    public IReadOnlyList<string> MachinePaths { get; }

    /// <summary>Reads a notebook.</summary>
    /// <param name="path">The file, in the form to use in messages.</param>
    /// <exception cref="NotebookException">The file does not exist, cannot be read, or is not a C# notebook.</exception>
    public static CommittedForm Of(string path)
    {
        var saved = NotebookJson.Read(path);
        var cells = saved["cells"]!.AsArray().Select(cell => cell!.AsObject()).ToList();
        var form = Form(cells);
        using var bytes = new MemoryStream();
        NotebookJson.Write(bytes, form);
        var faults = Differences(saved, cells, form).ToList();
        if (faults.Count == 0 && !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes.ToArray()))
        {
            faults.Add("another layout (indentation, line ends, order of keys)");
        }

        return new CommittedForm(path, bytes.ToArray(), faults, [.. cells.SelectMany(PathsIn)]);
    }

    /// <summary>Writes the file in this form.</summary>
    /// <exception cref="IOException">The file cannot be written. It is unchanged.</exception>
    public void Write() => AtomicFile.Write(_path, file => file.Write(_bytes));

    private static JsonObject Form(List<JsonObject> cells)
    {
        var ids = new HashSet<string>();
        return new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select((cell, i) => Form(cell, NotebookCell.IdOf(cell, i, ids)))]),
            [Metadata] = new JsonObject
            {
                [KernelSpec] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
                ["language_info"] = new JsonObject
                {
                    ["file_extension"] = ".cs",
                    ["mimetype"] = "text/x-csharp",
                    ["name"] = "C#",
                },
            },
            ["nbformat"] = Notebook.Format,
            ["nbformat_minor"] = Notebook.FormatMinor,
        };
    }

    private static JsonObject Form(JsonObject cell, string id)
    {
        var (type, isCode) = ((string)cell["cell_type"]!, (string?)cell["cell_type"] == "code");
        var form = new JsonObject();
        if (!isCode && cell["attachments"] is JsonObject { Count: > 0 } attachments)
        {
            form["attachments"] = Sorted(attachments);
        }

        form["cell_type"] = type;
        if (isCode)
        {
            form[Count] = null;
        }

        form["id"] = id;
        form[Metadata] = cell[Metadata] is JsonObject metadata && metadata["tags"] is JsonArray { Count: > 0 } tags
            ? new JsonObject { ["tags"] = tags.DeepClone() }
            : [];
        if (isCode)
        {
            form[Outputs] = new JsonArray();
        }

        form["source"] = NotebookJson.Lines(NotebookJson.Source(cell).Replace("\r\n", "\n", StringComparison.Ordinal));
        return form;
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members
            .OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static IEnumerable<string> Differences(JsonObject saved, List<JsonObject> cells, JsonObject form)
    {
        var forms = form["cells"]!.AsArray();
        if (In(cells.Count(cell => cell[Outputs] is JsonArray { Count: > 0 })) is { } withOutputs)
        {
            yield return $"outputs {withOutputs}";
        }

        if (In(cells.Count(cell => cell[Count] is not null)) is { } numbered)
        {
            yield return $"execution counts {numbered}";
        }

        if (!JsonNode.DeepEquals((saved[Metadata] as JsonObject)?[KernelSpec], form[Metadata]![KernelSpec]))
        {
            yield return $"the kernel {KernelName(saved) ?? "not named"} instead of {KernelName(form)}";
        }
        else if (!JsonNode.DeepEquals(saved[Metadata], form[Metadata]))
        {
            yield return "a front end's metadata of the notebook";
        }

        if (In(cells.Where((cell, i) => !JsonNode.DeepEquals(cell[Metadata], forms[i]![Metadata])).Count()) is { } withMetadata)
        {
            yield return $"a front end's metadata {withMetadata}";
        }

        if (In(cells.Where((cell, i) => !JsonNode.DeepEquals(cell["id"], forms[i]!["id"])).Count()) is { } withoutId)
        {
            yield return $"no id of its own {withoutId}";
        }
    }

    private static string? In(int cells) =>
        cells switch { 0 => null, 1 => "in 1 cell", _ => FormattableString.Invariant($"in {cells} cells") };

    private static string? KernelName(JsonObject notebook) =>
        ((notebook[Metadata] as JsonObject)?[KernelSpec] as JsonObject)?["display_name"] is JsonValue name
        && name.TryGetValue(out string? shown) ? $"'{shown}'" : null;

    private static IEnumerable<string> PathsIn(JsonObject cell, int index) =>
        MachinePath().Matches(NotebookJson.Source(cell))
            .Select(match => FormattableString.Invariant($"a path of this machine in cell {index + 1}: {match.Value}"));

    /// <summary>Matches a path below a home folder, or one with a drive letter.</summary>
    [GeneratedRegex(@"(?<![\w.])(?:/home/|/Users/|/root/|[A-Z]:\\)[^\s""'`)]*")]
    private static partial Regex MachinePath();
}
