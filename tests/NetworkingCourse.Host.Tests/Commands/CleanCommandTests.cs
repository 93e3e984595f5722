using System.Text;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Tests.Notebooks;

namespace NetworkingCourse.Host.Tests.Commands;

public sealed class CleanCommandTests
{
    private static readonly int All = JsonNode.Parse(Committed)!["cells"]!.AsArray().Count;
    private static readonly int Code =
        JsonNode.Parse(Committed)!["cells"]!.AsArray().Count(cell => (string?)cell!["cell_type"] == "code");

    private static string Committed => File.ReadAllText(Path.Combine(Repository.Notebooks, "0-start-here.ipynb"));

    [Fact]
    public async Task It_restores_what_was_run_and_saved_and_says_what_it_did()
    {
        using var folder = new TemporaryFolder();
        var saved = folder.File("notebooks/saved.ipynb", SavedNotebook.ByVisualStudioCode(Committed));
        folder.File("notebooks/untouched.ipynb", Committed);
        var checkpoint = folder.File(
            "notebooks/.ipynb_checkpoints/saved-checkpoint.ipynb", SavedNotebook.ByVisualStudioCode(Committed));

        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "clean");

        Assert.Equal((0, ""), (exit, errors));
        var name = Path.Combine("notebooks", "saved.ipynb");
        Assert.Equal(
            [
                $"Cleaned {name}: outputs in {Code} cells; execution counts in {Code} cells; "
                + $"the kernel 'C# (Networking Course)' instead of '.NET (C#)'; a front end's metadata in {Code} cells",
                "1 of 2 notebooks cleaned, 1 clean already.",
            ],
            output.TrimEnd().Split('\n'));
        Assert.Equal(Committed, await File.ReadAllTextAsync(saved));
        Assert.NotEqual(Committed, await File.ReadAllTextAsync(checkpoint));
        Assert.Equal((0, "0 of 2 notebooks cleaned, 2 clean already.\n", ""), await CourseProgram.RunAsync(folder.Path, "clean"));
        Assert.Equal((0, "2 of 2 notebooks as committed.\n", ""), await CourseProgram.RunAsync(folder.Path, "clean", "--check"));
    }

    [Fact]
    public async Task A_check_changes_nothing_names_what_is_wrong_with_each_and_fails()
    {
        using var folder = new TemporaryFolder();
        var text = SavedNotebook.InAnotherLayout(Committed);
        var saved = folder.File("saved.ipynb", text);
        folder.File("path.ipynb", Committed.Replace("server.Log", "/home/anna", StringComparison.Ordinal));
        folder.File("clean.ipynb", Committed);

        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "clean", "--check", ".");

        Assert.Equal((1, ""), (exit, errors));
        Assert.Equal(
            [
                $"path.ipynb: a path of this machine in cell {All}: /home/anna",
                $"saved.ipynb: outputs in {Code} cells; execution counts in {Code} cells; a front end's metadata in {All} cells",
                "1 of 3 notebooks as committed. 'clean' removes what front ends add; you have to change paths yourself.",
            ],
            output.TrimEnd().Split('\n'));
        Assert.Equal(Encoding.UTF8.GetBytes(text), await File.ReadAllBytesAsync(saved));
    }

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "not JSON", [] },
        { "not JSON (line 3, byte 1)", Bytes("{\n \"cells\": [\n<<<<<<< HEAD\n ]\n}") },
        { "not JSON", Bytes(Committed[..^20]) },
        { "not JSON", Bytes("{\"cells\": [], \"cells\": [], \"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 5}") },
        { "no cells", Bytes("[]") },
        { "not text in UTF-8", [.. Bytes(Committed), 0xFC] },
        { "nbformat 3", Bytes("{\"cells\": [], \"metadata\": {}, \"nbformat\": 3, \"nbformat_minor\": 0}") },
        {
            "a notebook in python",
            Bytes(
                "{\"cells\": [], \"metadata\": {\"language_info\": {\"name\": \"python\"}}, "
                + "\"nbformat\": 4, \"nbformat_minor\": 5}")
        },
        {
            "half a character",
            Bytes(
                "{\"cells\": [{\"cell_type\": \"raw\", \"source\": \"\\ud83d\"}], \"metadata\": {}, "
                + "\"nbformat\": 4, \"nbformat_minor\": 5}")
        },
        {
            "its cell 1",
            Bytes(Committed.Replace("\"cell_type\": \"markdown\"", "\"cell_type\": \"heading\"", StringComparison.Ordinal))
        },
        {
            "its cell 2",
            Bytes(
                "{\"cells\": [{\"cell_type\": \"raw\", \"source\": \"\"}, {\"cell_type\": \"code\", \"source\": [1]}], "
                + "\"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 5}")
        },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task What_is_no_sound_notebook_is_named_and_left_and_the_others_are_cleaned(string says, byte[] content)
    {
        using var folder = new TemporaryFolder();
        var damaged = folder.File("damaged.ipynb", "");
        await File.WriteAllBytesAsync(damaged, content);
        var saved = folder.File("saved.ipynb", SavedNotebook.ByVisualStudioCodeWithPython(Committed));

        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "clean", "damaged.ipynb", "saved.ipynb");

        Assert.Equal((1, ""), (exit, errors));
        var lines = output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains("damaged.ipynb", lines[0]);
        Assert.Contains(says, lines[0]);
        Assert.EndsWith("It was left unchanged.", lines[0]);
        Assert.StartsWith("Cleaned saved.ipynb", lines[1]);
        Assert.Equal("1 of 2 notebooks cleaned, 0 clean already; 1 could not be used.", lines[2]);
        Assert.Equal(content, await File.ReadAllBytesAsync(damaged));
        Assert.Equal(Committed, await File.ReadAllTextAsync(saved));
        Assert.Equal(
            ["damaged.ipynb", "saved.ipynb"],
            Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
