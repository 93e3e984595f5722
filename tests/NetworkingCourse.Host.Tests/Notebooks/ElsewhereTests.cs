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

    /// <summary>What a lesson says where a feature is missing. Without the right to capture it does not come to ask for the library.</summary>
    private static readonly (string Lesson, string Sentence)[] Sentences =
    [
        ("2-transport/1-ports-and-udp.ipynb", "This system has handles instead of descriptors"),
        ("2-transport/1-ports-and-udp.ipynb", "because this system has no file 'services'"),
        ("2-transport/1-ports-and-udp.ipynb", "This system does not report queued and dropped datagrams."),
        ("2-transport/3-broadcast.ipynb", "Only Linux has a broadcast on loopback"),
        ("2-transport/4-tcp-packet-by-packet.ipynb", "may not capture packets"),
        ("2-transport/4-tcp-packet-by-packet.ipynb", "On Windows a connection in TIME-WAIT does not hold a listener"),
        ("2-transport/5-tcps-edges.ipynb", "This system does not report the queues of its sockets."),
        ("3-network/1-addresses-and-headers.ipynb", "This system has no file with its routes."),
        ("4-server-architecture/5-event-loop.ipynb", "epoll is not available on this system"),
        ("4-server-architecture/7-compared.ipynb", "this system sets no limit on descriptors"),
    ];

    private static readonly string[] Features =
    [
        "proc-net", "tcp-info", "loopback-broadcast", "descriptor-list", "descriptor-limit", "inherited-sockets", "nanosleep", "reuse-address",
        "services-file", "delayed-ack", "epoll", "capture-right",
    ];

    /// <summary>All lessons where every helper is expected; otherwise those that depend on the system most and are quickly done.</summary>
    private static IEnumerable<string> Names => Repository.NotebookNames.Where(name =>
        Needs.AllHelpersAreExpected || name.StartsWith("2-transport/", StringComparison.Ordinal) || name.Contains("addresses", StringComparison.Ordinal) || name.Contains("processes", StringComparison.Ordinal));

    [Fact]
    public async Task Where_every_feature_of_one_system_is_missing_the_lessons_run_through_and_say_so()
    {
        var said = new ConcurrentDictionary<string, string>();
        await Parallel.ForEachAsync(Names, new ParallelOptions { MaxDegreeOfParallelism = NotebookRuns.AtATime }, async (name, cancellation) =>
        {
            var notebook = Notebook.Read(NotebookRuns.PathOf(name));
            await using var kernel = KernelProcess.Start(notebook.Folder, environment: KeyValuePair.Create(WithoutVariable, (string?)string.Join(',', Features)));
            var result = await NotebookRunner.RunAsync(notebook, kernel, CellTimeout, cancellation: cancellation);
            Assert.True(result.Failure is null, $"{name}, code cell {result.Failure?.Cell}: {string.Join('\n', result.Failure?.Error.Traceback ?? [])}");
            Assert.Empty(Leftovers.Of(kernel.Id));
            Assert.All(
                notebook.CodeCells.Where(cell => ShippedPackets.IsCapture(cell.Source)),
                cell => ShippedPackets.AssertShown(cell.Outputs, "may not capture packets"));
            said[name] = string.Concat(notebook.CodeCells.Select(cell => cell.Outputs.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })));
        });

        Assert.All(
            Sentences.Where(expected => said.ContainsKey(expected.Lesson)),
            expected => Assert.Contains(expected.Sentence, said[expected.Lesson], StringComparison.Ordinal));
    }
}
