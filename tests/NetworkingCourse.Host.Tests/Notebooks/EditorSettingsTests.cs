using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// The settings for Visual Studio Code: those that the notebooks' folder brings, and the one that a user must make.
/// </summary>
public sealed partial class EditorSettingsTests
{
    // JSON with comments, as the editor reads it.
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    [Fact]
    public void The_folder_opens_chapters_as_pages_wraps_outputs_and_announces_no_ports()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Notebooks, ".vscode", "settings.json"));
        var settings = JsonNode.Parse(text, documentOptions: WithComments)!;

        Assert.Equal("vscode.markdown.preview.editor", (string?)settings["workbench.editorAssociations"]!["*.md"]);
        Assert.True((bool)settings["notebook.output.wordWrap"]!);
        Assert.Equal("ignore", (string?)settings["remote.otherPortsAttributes"]!["onAutoForward"]);
        // It has an effect only in a user's own settings.
        Assert.Null(settings["jupyter.completionTriggerCharacters"]);
    }

    [Fact]
    public void README_and_start_here_name_the_same_user_setting_for_completion_and_it_is_valid()
    {
        var start = Notebook.Read(Path.Combine(Repository.Notebooks, "0-start-here.ipynb"));
        var help = start.Cells.Single(cell => cell.Id == "start-help").Source;
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var named = new[] { help, readme[readme.IndexOf("## If something looks wrong", StringComparison.Ordinal)..] }
            .Select(text => Setting().Match(text).Groups["setting"].Value)
            .ToList();

        Assert.Equal(named[0], named[1]);
        var setting = JsonNode.Parse($"{{{named[0]}}}")!["jupyter.completionTriggerCharacters"]!;
        Assert.Equal(["."], setting["csharp"]!.AsArray().Select(character => (string?)character));
    }

    [GeneratedRegex("`(?<setting>\"jupyter[^`]*)`")]
    private static partial Regex Setting();
}
