using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>Reads, validates and writes notebook files, so that all other code can rely on their structure.</summary>
internal static class NotebookJson
{
    private const string WhatItIs = "A notebook is an .ipynb file that a notebook editor has saved.";

    private static readonly string[] CSharp = ["c#", "csharp", "cs", "polyglot-notebook"];
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    // Jupyter's style: an indentation of one space per level, and letters unescaped.
    private static readonly JsonWriterOptions AsJupyter = new()
    {
        Indented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = new PlainJsonEncoder(),
    };

    /// <summary>Reads a C# notebook of nbformat 4, and checks that each of its cells has a type and a source.</summary>
    /// <param name="path">The file, in the form to use in messages.</param>
    /// <exception cref="NotebookException">The file does not exist, cannot be read, or is not such a notebook.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            return Checked(path, Parse(path, Text(path)));
        }
        catch (InvalidOperationException)
        {
            // JSON can contain an unpaired surrogate in escaped form (RFC 8259, section 8.2); valid Unicode text cannot.
            throw new NotebookException(
                $"{path} is damaged: it contains half a character, such as \\ud83d alone. Restore the file.");
        }
    }

    /// <summary>Writes a notebook in Jupyter's layout, with a final newline.</summary>
    public static void Write(Stream file, JsonObject root)
    {
        using (var writer = new Utf8JsonWriter(file, AsJupyter))
        {
            root.WriteTo(writer);
        }

        file.WriteByte((byte)'\n');
    }

    /// <summary>The text of a cell, which nbformat stores as a list of lines or as one string.</summary>
    public static string Source(JsonObject cell) => cell["source"] switch
    {
        JsonArray lines => string.Concat(lines.Select(line => (string?)line)),
        var text => (string?)text ?? "",
    };

    /// <summary>Splits text into lines that include their line ends, as nbformat stores it.</summary>
    public static JsonArray Lines(string text)
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

    private static JsonObject Checked(string path, JsonObject? root)
    {
        if (root?["cells"] is not JsonArray cells
            || root["nbformat"] is not JsonValue format
            || !format.TryGetValue(out int major))
        {
            throw new NotebookException($"{path} is not a notebook: it has no cells or no nbformat. {WhatItIs}");
        }

        if (major != Notebook.Format)
        {
            throw new NotebookException(
                $"{path} is of nbformat {major}, and this program reads nbformat {Notebook.Format}. "
                + "Open it in a current notebook editor and save it again.");
        }

        for (var i = 0; i < cells.Count; i++)
        {
            if (!IsCell(cells[i]))
            {
                throw new NotebookException(FormattableString.Invariant(
                    $"{path} is damaged: its cell {i + 1} is not a code, markdown or raw cell with a source. Restore the file."));
            }
        }

        if (Language(root) is { } language && !CSharp.Contains(language.ToLowerInvariant()) && !BeginsAsScript(cells))
        {
            throw new NotebookException($"{path} is a notebook in {language}, and this program works with C# notebooks only.");
        }

        return root;
    }

    private static string Text(string path)
    {
        try
        {
            using var reader = new StreamReader(path, Utf8);
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotebookException($"There is no notebook {path}. Check the path.");
        }
        catch (DecoderFallbackException)
        {
            throw new NotebookException($"{path} is not a notebook: it is not text in UTF-8. {WhatItIs}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{path} cannot be read: {exception.Message}");
        }
    }

    private static JsonObject? Parse(string path, string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException exception)
        {
            throw new NotebookException($"{path} is not a notebook: it is not JSON{Place(exception)}. {WhatItIs}");
        }
    }

    private static string Place(JsonException exception) =>
        exception is { LineNumber: { } line, BytePositionInLine: { } place }
            ? FormattableString.Invariant($" (line {line + 1}, byte {place + 1})")
            : "";

    private static bool IsCell(JsonNode? node) =>
        node is JsonObject cell
        && String(cell["cell_type"]) is "code" or "markdown" or "raw"
        && (cell["source"] is JsonArray lines ? lines.All(line => String(line) is not null) : String(cell["source"]) is not null);

    private static string? Language(JsonObject root)
    {
        var metadata = root["metadata"] as JsonObject;
        return String((metadata?["kernelspec"] as JsonObject)?["language"])
            ?? String((metadata?["language_info"] as JsonObject)?["name"]);
    }

    /// <summary>
    /// Whether the first code cell loads a .NET library. If so, this is a C# notebook whatever its metadata say: a front end
    /// that saves it while a Python kernel is selected writes Python there.
    /// </summary>
    private static bool BeginsAsScript(JsonArray cells) =>
        cells.OfType<JsonObject>().FirstOrDefault(cell => (string?)cell["cell_type"] == "code") is { } first
        && Source(first).StartsWith("#r \"", StringComparison.Ordinal);

    private static string? String(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
