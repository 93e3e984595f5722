namespace NetworkingCourse.Host.Tests;

/// <summary>A folder for one test, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("course-").FullName;

    public string File(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Writes a C# notebook with these code cells.</summary>
    public string Notebook(string name, params (string Code, string[] Tags)[] cells)
    {
        var json = new System.Text.Json.Nodes.JsonObject
        {
            ["cells"] = new System.Text.Json.Nodes.JsonArray([.. cells.Select(cell => new System.Text.Json.Nodes.JsonObject
            {
                ["cell_type"] = "code",
                ["metadata"] = new System.Text.Json.Nodes.JsonObject
                {
                    ["tags"] = new System.Text.Json.Nodes.JsonArray(
                        [.. cell.Tags.Select(tag => (System.Text.Json.Nodes.JsonNode)tag)]),
                },
                ["source"] = cell.Code,
            })]),
            ["metadata"] = new System.Text.Json.Nodes.JsonObject
            {
                ["kernelspec"] = new System.Text.Json.Nodes.JsonObject { ["language"] = "C#" },
                ["mine"] = "kept",
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 2,
        };
        return File(name, json.ToJsonString());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
