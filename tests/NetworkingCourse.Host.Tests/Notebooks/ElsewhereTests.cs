using System.Collections.Concurrent;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Tests.Jupyter;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// The notebooks as on another system: every feature that only some have is reported as missing, so that what the course does instead, and
/// what it says of it, is really run.
/// </summary>
[Collection(JupyterTests.Title)]
public sealed class ElsewhereTests
{
    private const string WithoutVariable = "COURSE_WITHOUT";

    private static readonly TimeSpan CellTimeout = TimeSpan.FromSeconds(100);

    /// <summary>What the course says where a feature is missing. Without the right to capture it does not come to ask for the library.</summary>
    private static readonly Dictionary<string, string> Sentences = new()
    {
        ["proc-net"] = "This system has no file with its routes.",
        ["tcp-info"] = "",
        ["loopback-broadcast"] = "Only Linux has a broadcast on loopback",
        ["descriptor-list"] = "This system has handles instead of descriptors",
        ["descriptor-limit"] = "",
        ["inherited-sockets"] = "",
        ["nanosleep"] = "",
        ["reuse-address"] = "On Windows a connection in TIME-WAIT does not hold a listener",
        ["services-file"] = "",
        ["delayed-ack"] = "",
        ["epoll"] = "",
        ["capture-right"] = "may not capture packets",
    };

    /// <summary>All lessons where every helper is expected; otherwise those that depend on the system most and are quickly done.</summary>
    private static IEnumerable<string> Names => Repository.NotebookNames.Where(name =>
        Needs.AllHelpersAreExpected || name.StartsWith("2-transport/", StringComparison.Ordinal) || name.Contains("addresses", StringComparison.Ordinal) || name.Contains("processes", StringComparison.Ordinal));

    [Fact]
    public async Task Where_every_feature_of_one_system_is_missing_the_lessons_run_through_and_say_so()
    {
        var said = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Names, new ParallelOptions { MaxDegreeOfParallelism = NotebookRuns.AtATime }, async (name, cancellation) =>
        {
            var notebook = Notebook.Read(NotebookRuns.PathOf(name));
            await using var kernel = KernelProcess.Start(notebook.Folder, environment: KeyValuePair.Create(WithoutVariable, (string?)string.Join(',', Sentences.Keys)));
            var result = await NotebookRunner.RunAsync(notebook, kernel, CellTimeout, cancellation: cancellation);
            Assert.True(result.Failure is null, $"{name}, code cell {result.Failure?.Cell}: {string.Join('\n', result.Failure?.Error.Traceback ?? [])}");
            Assert.Empty(Leftovers.Of(kernel.Id));
            said.Add(string.Concat(notebook.CodeCells.Select(cell => cell.Outputs.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))));
        });

        var all = string.Concat(said);
        Assert.All(Sentences.Values, sentence => Assert.Contains(sentence, all, StringComparison.Ordinal));
    }
}
