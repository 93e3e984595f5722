using System.Globalization;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>What front ends add to a notebook can be removed again, to the byte, and nothing else is removed with it.</summary>
public sealed class CommittedFormTests
{
    public static TheoryData<string, string> Saved => new()
    {
        {
            nameof(SavedNotebook.ByVisualStudioCode),
            "outputs in {code} cells; execution counts in {code} cells; "
            + "the kernel 'C# (Networking Course)' instead of '.NET (C#)'; a front end's metadata in {code} cells"
        },
        { nameof(SavedNotebook.ByVisualStudioCodeWithPython), "the kernel 'Python 3' instead of '.NET (C#)'" },
        {
            nameof(SavedNotebook.InAnotherLayout),
            "outputs in {code} cells; execution counts in {code} cells; a front end's metadata in {all} cells"
        },
    };

    [Theory]
    [MemberData(nameof(Saved))]
    public void Every_notebook_comes_back_to_the_byte_from_what_a_front_end_saved(string how, string faults)
    {
        using var folder = new TemporaryFolder();
        foreach (var name in Repository.AllNotebookNames)
        {
            var committed = File.ReadAllText(Path.Combine(Repository.Notebooks, name));
            var path = folder.File(name, (string)typeof(SavedNotebook).GetMethod(how)!.Invoke(null, [committed])!);

            var form = CommittedForm.Of(path);
            if (name == "0-start-here.ipynb")
            {
                var cells = JsonNode.Parse(committed)!["cells"]!.AsArray();
                var code = cells.Count(cell => (string?)cell!["cell_type"] == "code").ToString(CultureInfo.InvariantCulture);
                var all = cells.Count.ToString(CultureInfo.InvariantCulture);
                Assert.Equal(
                    faults.Replace("{code}", code, StringComparison.Ordinal).Replace("{all}", all, StringComparison.Ordinal),
                    string.Join("; ", form.Faults));
            }

            Assert.NotEmpty(form.Faults);
            form.Write();
            Assert.Equal(committed, File.ReadAllText(path));
            Assert.Empty(CommittedForm.Of(path).Faults);
        }
    }

    [Fact]
    public void The_layout_alone_is_told_as_such()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("lesson.ipynb", Committed().ReplaceLineEndings("\r\n"));
        Assert.StartsWith("another layout", Assert.Single(CommittedForm.Of(path).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void What_its_author_wrote_stays()
    {
        using var folder = new TemporaryFolder();
        var notebook = JsonNode.Parse(Committed())!.AsObject();
        var cells = notebook["cells"]!.AsArray();
        cells[4]!["source"] = "var think = TimeSpan.FromSeconds(1);\u2028\nserver // 网易 😀 \\u0041\t\"";
        cells[4]!["metadata"] = JsonNode.Parse("""{ "vscode": { "languageId": "csharp" }, "tags": ["raises-exception"] }""");
        cells.Insert(5, JsonNode.Parse("""
            {
              "cell_type": "code", "execution_count": 7, "id": "6f1f7d1c", "metadata": {}, "outputs": [],
              "source": ["server.Log"]
            }
            """));
        cells.Add(JsonNode.Parse("""
            {
              "cell_type": "markdown", "metadata": {}, "source": ["![a](attachment:a.png)"],
              "attachments": { "a.png": { "image/png": "iVBORw0KGgo=" } }
            }
            """));
        var path = folder.File("lesson.ipynb", notebook.ToJsonString());

        CommittedForm.Of(path).Write();

        var cleaned = JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray();
        Assert.Equal((string?)cells[4]!["source"], string.Concat(cleaned[4]!["source"]!.AsArray().Select(line => (string?)line)));
        Assert.Equal("""{"tags":["raises-exception"]}""", cleaned[4]!["metadata"]!.ToJsonString());
        Assert.Equal(("6f1f7d1c", "server.Log"), ((string?)cleaned[5]!["id"], (string?)cleaned[5]!["source"]![0]));
        Assert.Equal("iVBORw0KGgo=", (string?)cleaned[^1]!["attachments"]!["a.png"]!["image/png"]);
        Assert.Equal($"cell-{cells.Count}", (string?)cleaned[^1]!["id"]);
        Assert.Empty(CommittedForm.Of(path).Faults);
    }

    [Theory]
    [InlineData("System.IO.File.ReadAllText(\"/home/anna/notes.txt\")", "/home/anna/notes.txt")]
    [InlineData("#r \"/Users/anna/NetworkingCourse.dll\"", "/Users/anna/NetworkingCourse.dll")]
    [InlineData("#r @\"C:\\course\\bin\\NetworkingCourse.dll\"", "C:\\course\\bin\\NetworkingCourse.dll")]
    [InlineData("GET https://music.test/home/anna HTTP/1.1", null)]
    public void A_path_of_one_machine_is_named_and_left_to_its_author(string source, string? path)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Notebook("lesson.ipynb", ("1", []), (source, []));

        Assert.Equal(path is null ? [] : [$"a path of this machine in cell 2: {path}"], CommittedForm.Of(file).MachinePaths);
        CommittedForm.Of(file).Write();
        Assert.Equal(source, Notebook.Read(file).Cells[1].Source);
    }

    private static string Committed() => File.ReadAllText(Path.Combine(Repository.Notebooks, "0-start-here.ipynb"));
}
