using System.Text.Json.Nodes;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Tests.Jupyter;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>Every notebook runs after others in one kernel, and again in the same one.</summary>
// Not in parallel with the tests in which front ends run the same notebooks: each of them needs the machine to itself.
[Collection(JupyterTests.Title)]
public sealed class NotebookRunTests
{
    public static TheoryData<string> Names => Repository.NotebookTheory;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_runs_in_one_kernel_with_others_and_again_and_leaves_nothing_behind(string name)
    {
        var all = await NotebookRuns.OfAsync(name);
        foreach (var run in all)
        {
            Assert.True(run.Failure is null, run.Failure);
            var outputs = run.Notebook.CodeCells.Select(cell => cell.Outputs.ToJsonString()).Aggregate(string.Concat);
            Assert.DoesNotContain(": warning CS", outputs);
            Assert.DoesNotContain("Unhandled exception in the background", outputs);
            Assert.Empty(run.Leftovers);
            Assert.Equal(Figures(all[0]).Select(figure => figure.Id), Figures(run).Select(figure => figure.Id));
        }
    }

    /// <summary>A number in a lesson's prose is in the code or the outputs near it, or it has a source.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Its_numbers_are_made_by_a_cell_or_cited_or_defined(string name) =>
        Assert.Empty(ProseNumbers.Unfounded((await NotebookRuns.OfAsync(name))[0].Notebook));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_stub_is_taken_for_an_answer(string name) => Assert.DoesNotContain(
        (await NotebookRuns.OfAsync(name))[0].Notebook.CodeCells,
        cell => ProseNumbers.TextOf(cell.Outputs).Contains("[not yet]", StringComparison.Ordinal));

    [Fact]
    public async Task A_receive_has_the_four_outcomes_that_the_lesson_names()
    {
        foreach (var run in await NotebookRuns.OfAsync("4-server-architecture/6-event-loop.ipynb"))
        {
            var lines = run.Notebook.CodeCells
                .Where(cell => cell.Id is "loop-08" or "loop-09a")
                .SelectMany(cell => ProseNumbers.TextOf(cell.Outputs).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal(
                ["WouldBlock", "14 bytes", "WouldBlock", "0 bytes", "ConnectionReset"], lines.Select(line => line.Split(':')[0]));
        }
    }

    [Fact]
    public async Task A_reset_ends_the_bare_server_but_not_the_repaired_one_and_both_take_a_receive_for_a_question()
    {
        foreach (var run in await NotebookRuns.OfAsync("4-server-architecture/1-one-conversation.ipynb"))
        {
            string[] Said(string id) => ProseNumbers.TextOf(run.Notebook.CodeCells.Single(cell => cell.Id == id).Outputs)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("Yoyo. Puyo.", Said("conversation-04g")[0]);
            Assert.StartsWith("The server has ended with a SocketException", Said("conversation-08b")[1]);
            Assert.Equal("connected: True; an answer within half a second: False", Said("conversation-08e").Single());
            Assert.Equal(
                ["Is anybody there.", "Will you survive me.", "And are you still there."], Said("conversation-08k"));
            Assert.Equal("Is this.|one? And this? An.| this.", Said("conversation-11a").Single());
            Assert.Equal("the server has ended: True", Said("conversation-13a").Single());
        }
    }

    /// <summary>In a folder that it does not trust, Visual Studio Code shows the text instead of the HTML.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Its_outputs_can_be_read_where_no_HTML_is_shown(string name)
    {
        foreach (var run in await NotebookRuns.OfAsync(name))
        {
            var shown = run.Notebook.CodeCells
                .SelectMany(cell => cell.Outputs.Select(output => (cell.Id, Data: output!["data"])))
                .Where(output => output.Data?["text/html"] is not null);
            foreach (var (id, data) in shown)
            {
                var (html, text) = (Joined(data!["text/html"]!), Joined(data["text/plain"]!));
                // A table of several rows has at least a line for each; a figure's data are cut short.
                var rows = html.Split("<tr").Length - 1;
                rows = rows <= 2 ? 1 : Math.Min(rows, 40);
                Assert.True(
                    text.Trim().Length > 0 && text.Split('\n').Length >= rows,
                    $"{id}: {rows} rows of HTML, and as text: {text}");
                Assert.False(text.StartsWith("NetworkingCourse.", StringComparison.Ordinal), $"{id}: {text}");
            }
        }
    }

    private static string Joined(JsonNode lines) => string.Concat(lines.AsArray().Select(line => (string?)line));

    private static List<Figure> Figures(OneRun run) => [.. FigureExtraction.Of(run.Notebook)];
}
