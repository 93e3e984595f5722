using System.Text.Json;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>
/// The kernel looks at every exception when it is thrown. An interrupt that comes just then must not leave that handler: it would
/// end the process.
/// </summary>
public sealed class InterruptedThrowTests
{
    private const string Code =
        """
        using System;
        using System.Diagnostics;
        using System.Linq;
        using System.Threading;

        var over = false;
        var threads = Enumerable.Range(0, 12).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref over))
            {
                try { throw new InvalidOperationException(); }
                catch (Exception) { }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(4))
            threads.ForEach(thread => thread.Interrupt());
        over = true;
        threads.ForEach(thread => thread.Join());
        "alive"
        """;

    [Fact]
    public async Task An_interrupt_that_comes_while_an_exception_is_thrown_does_not_end_the_kernel()
    {
        using var folder = new TemporaryFolder();
        var cell = new
        {
            cell_type = "code",
            id = "a",
            metadata = new { },
            execution_count = (int?)null,
            outputs = Array.Empty<int>(),
            source = Code,
        };
        var path = folder.File("interrupts.ipynb", JsonSerializer.Serialize(new
        {
            cells = new[] { cell },
            metadata = new { kernelspec = new { language = "C#" } },
            nbformat = Notebook.Format,
            nbformat_minor = Notebook.FormatMinor,
        }));

        var result = await NotebookRunner.RunAsync(Notebook.Read(path), TimeSpan.FromSeconds(100));

        Assert.True(result.Failure is null, result.Failure?.Error.Message);
    }
}
