using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>A committed notebook as front ends save it after a run.</summary>
internal static class SavedNotebook
{
    private static readonly string[] Html = ["<style>\n", ".course-table { margin: 0; }\n", "</style><b>⟨ready⟩ 😀</b>"];

    /// <summary>
    /// As Visual Studio Code saves it: its serializer (extensions/ipynb, serializers.ts) sorts the keys and writes no line end
    /// after the last brace; the Jupyter extension records the kernel and the language of cells.
    /// </summary>
    public static string ByVisualStudioCode(string committed)
    {
        var notebook = Run(committed);
        notebook["metadata"] = new JsonObject
        {
            ["kernelspec"] = new JsonObject
            {
                ["display_name"] = "C# (Networking Course)",
                ["language"] = "C#",
                ["name"] = "networking-course",
            },
            ["language_info"] = new JsonObject
            {
                ["file_extension"] = ".cs",
                ["mimetype"] = "text/x-csharp",
                ["name"] = "C#",
                ["pygments_lexer"] = "csharp",
                ["version"] = "14.0",
            },
            ["orig_nbformat"] = 4,
            ["vscode"] = new JsonObject
            {
                ["interpreter"] = new JsonObject
                {
                    ["hash"] = "31f2aee4e71d21fbe5cf8b01ff0e069b9275f58929596ceb00d14d90e3e16cd6",
                },
            },
        };
        foreach (var cell in CodeCells(notebook))
        {
            cell["metadata"] = new JsonObject { ["vscode"] = new JsonObject { ["languageId"] = "csharp" } };
        }

        return Text(notebook, 1);
    }

    /// <summary>The same, with Python's kernel selected by mistake: no cell runs, and the file says that it is Python.</summary>
    public static string ByVisualStudioCodeWithPython(string committed)
    {
        var notebook = JsonNode.Parse(committed)!.AsObject();
        notebook["metadata"] = JsonNode.Parse("""
            {
              "kernelspec": { "display_name": "Python 3", "language": "python", "name": "python3" },
              "language_info": { "codemirror_mode": { "name": "ipython", "version": 3 }, "name": "python", "version": "3.13.5" }
            }
            """);
        return Text(notebook, 1);
    }

    /// <summary>
    /// As saved by a front end with its own order of keys, sources as single strings, and the line ends of Windows.
    /// </summary>
    public static string InAnotherLayout(string committed)
    {
        var notebook = Run(committed);
        foreach (var cell in notebook["cells"]!.AsArray().Select(cell => cell!.AsObject()))
        {
            cell["source"] = string.Concat(cell["source"]!.AsArray().Select(line => (string?)line))
                .Replace("\n", "\r\n", StringComparison.Ordinal);
            cell["metadata"] = new JsonObject
            {
                ["collapsed"] = false,
                ["scrolled"] = true,
                ["jupyter"] = new JsonObject { ["outputs_hidden"] = false },
            };
        }

        var reversed = new JsonObject(notebook.Reverse()
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        return "\uFEFF" + Text(reversed, 4).ReplaceLineEndings("\r\n");
    }

    /// <summary>Puts an output and an execution count into each code cell.</summary>
    private static JsonObject Run(string committed)
    {
        var notebook = JsonNode.Parse(committed)!.AsObject();
        var count = 0;
        foreach (var cell in CodeCells(notebook))
        {
            cell["execution_count"] = ++count;
            cell["outputs"] = new JsonArray(new JsonObject
            {
                ["data"] = new JsonObject
                {
                    ["text/html"] = new JsonArray([.. Html.Select(line => (JsonNode)line)]),
                    ["text/plain"] = new JsonArray("ready"),
                },
                ["execution_count"] = count,
                ["metadata"] = new JsonObject(),
                ["output_type"] = "execute_result",
            });
        }

        return notebook;
    }

    private static IEnumerable<JsonObject> CodeCells(JsonObject notebook) =>
        notebook["cells"]!.AsArray().Select(cell => cell!.AsObject()).Where(cell => (string?)cell["cell_type"] == "code");

    private static string Text(JsonObject notebook, int indentation) =>
        notebook.ToJsonString(new JsonSerializerOptions
        {
            WriteIndented = true,
            IndentSize = indentation,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
}
