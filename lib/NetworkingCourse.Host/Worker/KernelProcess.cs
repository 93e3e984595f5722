using System.Diagnostics;
using System.Globalization;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Worker;

/// <summary>
/// A kernel in a process of its own, so that a cell that never ends, or that ends its process, affects only that process.
/// </summary>
internal sealed class KernelProcess : IAsyncDisposable
{
    /// <summary>The hidden subcommand with which this program starts itself as a kernel.</summary>
    public const string Subcommand = "kernel-worker";

    /// <summary>The argument for a process whose first cell follows at once.</summary>
    public const string AtOnce = "at-once";

    /// <summary>
    /// The argument for a process that is started before it is needed, and meanwhile loads and compiles what every first cell
    /// needs.
    /// </summary>
    public const string Ahead = "ahead";

    /// <summary>How long threads may keep running after a notebook's last cell.</summary>
    public static readonly TimeSpan FinishingTime = TimeSpan.FromSeconds(5);

    /// <summary>How long a cell may take to clean up after its timeout: slightly longer than the kernel allows.</summary>
    private static readonly TimeSpan StoppingTime = TimeSpan.FromSeconds(7);

    private readonly PipedProcess _process;

    private KernelProcess(ProcessStartInfo start, long maxOutput) => _process = new PipedProcess(start, maxOutput);

    /// <summary>The process ID.</summary>
    public int Id => _process.Id;

    /// <summary>Whether its process was killed because it wrote too much.</summary>
    public bool HasOverflowed => _process.HasOverflowed;

    /// <summary>Whether the kernel has ended and can run no more cells.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Starts a kernel.</summary>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="ahead">Whether the kernel is started before it is needed, and should warm up.</param>
    /// <param name="environment">Environment variables for its process, in addition to those of this one.</param>
    public static KernelProcess Start(
        string folder, bool ahead = false, params IEnumerable<KeyValuePair<string, string?>> environment) =>
        new(StartInfo(folder, ahead, environment), long.MaxValue);

    /// <summary>Starts a kernel for code that is not trusted.</summary>
    /// <param name="start">How to start it: <see cref="StartInfo"/>, perhaps inside of another program.</param>
    /// <param name="maxOutput">The number of characters after which its process is killed.</param>
    public static KernelProcess Start(ProcessStartInfo start, long maxOutput) => new(start, maxOutput);

    /// <summary>How to start a kernel.</summary>
    /// <inheritdoc cref="Start(string, bool, IEnumerable{KeyValuePair{string, string?}})"/>
    public static ProcessStartInfo StartInfo(
        string folder, bool ahead, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var start = SelfProcess.StartInfo(Subcommand, folder, ahead ? Ahead : AtOnce);
        start.WorkingDirectory = folder;
        start.Environment.TryAdd(EmbeddedKernel.ProfileGuided, "0");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>The number of the last cell that has ended; 0 if none has.</summary>
    public int Executions { get; private set; }

    /// <summary>Runs a cell. A cell that times out, or that ends its process, fails and ends the kernel.</summary>
    /// <param name="code">The cell's code.</param>
    /// <param name="events">Receives the events in order, including those from threads of earlier cells.</param>
    /// <param name="timeout">How long the cell may take.</param>
    /// <param name="cancellation">Ends the run, and the kernel with it.</param>
    /// <returns>Null if the cell succeeded; otherwise the reason why it failed.</returns>
    public async Task<CellError?> ExecuteAsync(
        string code, Action<KernelEvent> events, TimeSpan timeout, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(HasEnded, this);
        _process.ForgetWords();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(timeout);
        try
        {
            await _process.SendAsync(Wire.Execute(code), timer.Token).ConfigureAwait(false);
            await foreach (var line in _process.Lines.ReadAllAsync(timer.Token).ConfigureAwait(false))
            {
                if (Take(line, events) is { } result)
                {
                    return result.Error;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await StopAsync(events).ConfigureAwait(false);
            await EndAsync(events).ConfigureAwait(false);
            return Report(events, "TimeoutError", string.Create(
                CultureInfo.InvariantCulture,
                $"The cell took longer than {timeout.TotalSeconds:0.###} s and was stopped. "
                    + $"Allow more time with --timeout SECONDS, or set a deadline for whatever it waits for."));
        }
        catch (OperationCanceledException)
        {
            await StopAsync(events).ConfigureAwait(false);
            await EndAsync(events).ConfigureAwait(false);
            throw;
        }

        // The process has ended. If the same Ctrl-C that cancels the run has ended it, the cell is not at fault.
        await EndAsync(events).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return Report(
            events, "KernelEnded", $"The cell ended the kernel's process (exit code {_process.ExitCode}).{LastWords()}");
    }

    /// <summary>
    /// Tells the process that no more cells follow, and waits for it to end. Like any .NET program, it ends when its last
    /// foreground thread has ended; after a timeout, it is killed. As long as it runs, background threads and queued
    /// thread-pool work can still write output.
    /// </summary>
    /// <param name="events">Receives the events from threads of the cells.</param>
    /// <param name="patience">How long threads may keep running; by default, <see cref="FinishingTime"/>.</param>
    /// <param name="cancellation">Ends the process at once.</param>
    public async Task FinishAsync(Action<KernelEvent> events, TimeSpan? patience = null, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(HasEnded, this);
        _process.ForgetWords();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(patience ?? FinishingTime);
        try
        {
            await _process.SendAsync(Wire.Finish(), timer.Token).ConfigureAwait(false);
            await foreach (var line in _process.Lines.ReadAllAsync(timer.Token).ConfigureAwait(false))
            {
                Take(line, events);
            }

            await _process.WaitForExitAsync(timer.Token).ConfigureAwait(false);
            if (_process.ExitCode != ExitCode.Success)
            {
                events(new KernelEvent.Stream(null, IsError: true, ShortLines.Of(string.Create(CultureInfo.InvariantCulture,
                    $"The kernel's process ended with exit code {_process.ExitCode} after the last cell.{LastWords()}\n"))));
            }
        }
        catch (OperationCanceledException)
        {
            // Some thread has not ended in time. Don't wait any longer.
        }

        await EndAsync(events).ConfigureAwait(false);
    }

    /// <summary>Kills the process and all its descendants.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(_ => { }).ConfigureAwait(false);
        _process.Dispose();
    }

    private static CellError Report(Action<KernelEvent> events, string name, string message)
    {
        var error = new CellError(name, message, message.Split('\n'));
        events(new KernelEvent.Failure(null, error));
        return error;
    }

    /// <summary>Passes on the events in a line from the process.</summary>
    /// <returns>The result of a cell, if the line reports one.</returns>
    private CellResult? Take(string line, Action<KernelEvent> events)
    {
        var (message, other) = Wire.Parse(line);
        if (other.Length > 0)
        {
            events(new KernelEvent.Stream(null, IsError: false, other));
        }

        CellResult? result = null;
        if (message is not null && !Wire.IsEnd(message, out result))
        {
            events(Wire.EventOf(message));
        }

        Executions = result?.Cell ?? Executions;

        return result;
    }

    /// <summary>Stops the running cell, so that it can clean up before its process is killed.</summary>
    private async Task StopAsync(Action<KernelEvent> events)
    {
        using var limit = new CancellationTokenSource(StoppingTime);
        try
        {
            await _process.SendAsync(Wire.Stop(), limit.Token).ConfigureAwait(false);
            await foreach (var line in _process.Lines.ReadAllAsync(limit.Token).ConfigureAwait(false))
            {
                // The caller reports why the cell was stopped, so the failure itself is not passed on.
                if (Take(line, happened => (happened is KernelEvent.Failure ? _ => { } : events)(happened)) is not null)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The cell does not end in time.
        }
    }

    /// <summary>Kills the process and its descendants, whatever it is doing; the cell that runs fails.</summary>
    public void Kill() => _process.Kill();

    private async Task EndAsync(Action<KernelEvent> events)
    {
        HasEnded = true;
        await _process.EndAsync().ConfigureAwait(false);
        while (_process.Lines.TryRead(out var line))
        {
            Take(line, events);
        }
    }

    private string LastWords() =>
        _process.LastWords is { Count: > 0 } words ? "\nIts error output:\n" + string.Join('\n', words) : "";
}
