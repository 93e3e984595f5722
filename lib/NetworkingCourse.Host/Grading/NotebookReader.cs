using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Grading;

/// <summary>
/// Reads the notebooks that students hand in, and takes their code apart, in processes of its own. The compiler's parser calls
/// itself at each level of nesting, and takes quadratic time for some code, so what it is given can end its process or keep it
/// busy for hours.
/// </summary>
/// <param name="limits">What reading a notebook may take: as much as one cell.</param>
internal sealed class NotebookReader(GradingLimits limits) : IAsyncDisposable
{
    /// <summary>More code than anyone writes: all lessons together have a third of it.</summary>
    public const int MaxCharacters = 1_000_000;

    private const int MaxChecks = 300;

    // Those that wait for their next notebook. A new process for each one would cost half a second.
    private readonly ConcurrentBag<PipedProcess> _idle = [];

    /// <summary>Reads a notebook.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellation">Ends the reading, and its process.</param>
    /// <exception cref="NotebookException">It is not a C# notebook, or reading it takes too much.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public async Task<CheckPlan> ReadAsync(string path, CancellationToken cancellation)
    {
        var reply = await AskAsync(path, cancellation).ConfigureAwait(false);
        if (reply.Cells is not { } cells)
        {
            throw new NotebookException(reply.Refusal!);
        }

        var plan = new CheckPlan(cells);
        return plan.Checks.Count switch
        {
            0 => throw new NotebookException("It checks no exercise of the course. Is it a notebook of the course?"),
            > MaxChecks => throw new NotebookException(FormattableString.Invariant($"It has more than {MaxChecks} checks.")),
            _ => plan,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var process))
        {
            await EndAsync(process).ConfigureAwait(false);
        }
    }

    private async Task<ReaderReply> AskAsync(string path, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var process = _idle.TryTake(out var idle) ? idle : Start();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limits.Cell);
        try
        {
            await process.SendAsync(JsonSerializer.Serialize(path), timer.Token).ConfigureAwait(false);
            var line = await process.Lines.ReadAsync(timer.Token).ConfigureAwait(false);
            _idle.Add(process);
            return JsonSerializer.Deserialize<ReaderReply>(line)!;
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            return ReaderReply.Refused(FormattableString.Invariant(
                $"To read its code takes longer than {limits.Cell.TotalSeconds:0.#} s. Is it nested too deeply?"));
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            await EndAsync(process).ConfigureAwait(false);
            return ReaderReply.Refused(ReasonOf(process));
        }
    }

    private PipedProcess Start()
    {
        var start = SelfProcess.StartInfo(ReaderWorker.Subcommand);
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x" + limits.MemoryBytes.ToString("X", CultureInfo.InvariantCulture);
        return new PipedProcess(start);
    }

    private string ReasonOf(PipedProcess ended)
    {
        var words = ended.LastWords is [var first, ..] ? first : "";
        return words.StartsWith("Stack overflow", StringComparison.Ordinal) ? ReaderWorker.TooDeep
            : words.Contains(nameof(OutOfMemoryException), StringComparison.Ordinal)
                || words.StartsWith("Out of memory", StringComparison.Ordinal)
                ? FormattableString.Invariant($"To read it takes more than {limits.MemoryBytes / 1_000_000:N0} MB of memory.")
            : FormattableString.Invariant($"It cannot be read: the process that read it ended. {words}");
    }

    private static async Task EndAsync(PipedProcess process)
    {
        await process.EndAsync().ConfigureAwait(false);
        process.Dispose();
    }
}
