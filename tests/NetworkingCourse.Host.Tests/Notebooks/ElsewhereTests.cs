using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Tests.Jupyter;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Runs the lessons that depend on the system as on another one: every feature that only some systems have is reported as
/// missing, to exercise what the course does and says in its place.
/// </summary>
[Collection(JupyterTests.Title)]
public sealed class ElsewhereTests
{
    private const string WithoutVariable = "COURSE_WITHOUT";

    private static readonly TimeSpan CellTimeout = TimeSpan.FromSeconds(100);

    /// <summary>
    /// What a lesson says where a feature is missing. The capture library is not among the features: without the right to
    /// capture, a lesson never asks for it.
    /// </summary>
    private static readonly (string Lesson, string Sentence)[] Sentences =
    [
        ("1-application/3-one-request-four-levels.ipynb", "This system has no Tls13."),
        ("2-transport/1-ports-and-udp.ipynb", "This system has handles instead of descriptors"),
        ("2-transport/1-ports-and-udp.ipynb", "because this system has no file 'services'"),
        ("2-transport/1-ports-and-udp.ipynb", "This system does not report queued and dropped datagrams."),
        ("2-transport/5-broadcast.ipynb", "Only Linux has a broadcast on loopback"),
        ("2-transport/6-tcp-packet-by-packet.ipynb", "may not capture packets"),
        ("2-transport/6-tcp-packet-by-packet.ipynb", "On Windows a connection in TIME-WAIT does not hold a listener"),
        ("2-transport/7-tcps-edges.ipynb", "This system does not report the queues of its sockets."),
        ("2-transport/10-what-the-kernel-does.ipynb", "this system does not say"),
        ("2-transport/10-what-the-kernel-does.ipynb", "This system does not report its congestion window."),
        ("2-transport/10-what-the-kernel-does.ipynb", "This system does not report the probes."),
        ("3-network/1-addresses.ipynb", "This system has no file with its routes."),
        ("4-server-architecture/6-event-loop.ipynb", "epoll is not available on this system"),
        ("4-server-architecture/6-event-loop.ipynb", "does not spread connections over several listening sockets"),
        ("4-server-architecture/6-event-loop.ipynb", "This system does not report how often each thread was woken."),
        ("4-server-architecture/6-event-loop.ipynb", "This system has no epoll."),
        ("4-server-architecture/9-compared.ipynb", "Only on Linux does this run limit the descriptors of a process."),
        ("4-server-architecture/9-compared.ipynb", "this system sets no limit on descriptors"),
        ("4-server-architecture/9-compared.ipynb", "This system does not count the context switches of each thread."),
    ];

    private static readonly string[] Features =
    [
        "proc-net",
        "tcp-info",
        "loopback-broadcast",
        "descriptor-list",
        "descriptor-limit",
        "inherited-sockets",
        "nanosleep",
        "reuse-address",
        "services-file",
        "congestion-control",
        "delayed-ack",
        "epoll",
        "reuse-port",
        "thread-accounts",
        "capture-right",
        "tls13",
    ];

    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Those that say what is missing, and the one whose servers share sockets in a different way elsewhere.</summary>
    private static IEnumerable<string> Names =>
        Sentences.Select(expected => expected.Lesson).Append("4-server-architecture/5-processes.ipynb").Distinct();

    [Fact]
    public async Task Where_every_feature_of_one_system_is_missing_the_lessons_run_through_and_say_so()
    {
        var said = new ConcurrentDictionary<string, string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = NotebookRuns.AtATime };
        var environment = KeyValuePair.Create(WithoutVariable, (string?)string.Join(',', Features));
        await Parallel.ForEachAsync(Names.GroupBy(Path.GetDirectoryName), options, async (names, cancellation) =>
        {
            var folder = Path.Combine(Repository.Notebooks, names.Key!);
            await using var kernel = KernelProcess.Start(folder, environment: environment);
            foreach (var name in names)
            {
                said[name] = await RunAsync(name, kernel, cancellation);
            }
        });

        Assert.All(
            Sentences,
            expected => Assert.Contains(expected.Sentence, said[expected.Lesson], StringComparison.Ordinal));
    }

    private static async Task<string> RunAsync(string name, KernelProcess kernel, CancellationToken cancellation)
    {
        var notebook = Notebook.Read(NotebookRuns.PathOf(name));
        var result = await NotebookRunner.RunAsync(notebook, kernel, CellTimeout, cancellation: cancellation);
        var traceback = string.Join('\n', result.Failure?.Error.Traceback ?? []);
        Assert.True(result.Failure is null, $"{name}, code cell {result.Failure?.Cell}: {traceback}");
        Assert.Empty(Leftovers.Of(kernel.Id));
        Assert.All(
            notebook.CodeCells.Where(cell => PacketsElsewhere.IsCapture(cell.Source)),
            cell => PacketsElsewhere.AssertShown(cell.Source, cell.Outputs, "may not capture packets"));
        return string.Concat(notebook.CodeCells.Select(cell => cell.Outputs.ToJsonString(Unescaped)));
    }
}
