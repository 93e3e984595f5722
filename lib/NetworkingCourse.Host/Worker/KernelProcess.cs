using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Worker;

/// <summary>
/// A kernel in a process of its own: a cell that never ends, or ends its process, takes nothing with it but this process.
/// </summary>
internal sealed class KernelProcess : IAsyncDisposable
{
    /// <summary>The hidden subcommand that this program starts itself with.</summary>
    public const string Subcommand = "kernel-worker";

    /// <summary>A process whose first cell comes at once.</summary>
    public const string AtOnce = "at-once";

    /// <summary>A process started before it is needed: it uses the time to load and compile what every first cell wants.</summary>
    public const string Ahead = "ahead";

    /// <summary>A stack overflow is told in its first lines; thousands of frames follow.</summary>
    private const int LastWordsLines = 12;

    /// <summary>How long threads may go on after a notebook's last cell.</summary>
    public static readonly TimeSpan FinishingTime = TimeSpan.FromSeconds(5);

    /// <summary>How long a cell that takes too long is given to clean up: as long as the kernel gives it, and a little
    /// more.</summary>
    private static readonly TimeSpan StoppingTime = TimeSpan.FromSeconds(7);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _lastWords = [];

    private KernelProcess(string folder, bool ahead, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var start = SelfProcess.StartInfo(Subcommand, folder, ahead ? Ahead : AtOnce);
        start.WorkingDirectory = folder;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _lines.Writer.TryComplete();
            }
            else
            {
                _lines.Writer.TryWrite(line.Data);
            }
        };
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
    }

    /// <summary>The process's number, for those who look at it from outside.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it can run no more cells.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Starts a kernel.</summary>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="ahead">Whether it is started before it is needed, and should make itself ready.</param>
    /// <param name="environment">Variables that its process has besides those of this one.</param>
    public static KernelProcess Start(string folder, bool ahead = false, params IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var kernel = new KernelProcess(folder, ahead, environment);
        kernel._process.Start();
        kernel._process.StandardInput.NewLine = "\n";
        kernel._process.StandardInput.AutoFlush = true;
        kernel._process.BeginOutputReadLine();
        kernel._process.BeginErrorReadLine();
        return kernel;
    }

    /// <summary>The number of the latest cell that has ended; 0 if none has.</summary>
    public int Executions { get; private set; }

    /// <summary>Runs a cell. One that takes too long is a failure, and the end of the kernel; so is one that ends its process.</summary>
    /// <param name="code">The cell's code.</param>
    /// <param name="events">Told what happens, in order, also what earlier cells' threads still do.</param>
    /// <param name="timeout">How long the cell may take.</param>
    /// <param name="cancellation">Ends the run, and the kernel with it.</param>
    /// <returns>Null if the cell succeeded, else why it did not.</returns>
    public async Task<CellError?> ExecuteAsync(string code, Action<KernelEvent> events, TimeSpan timeout, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(HasEnded, this);
        ForgetWords();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(timeout);
        try
        {
            await _process.StandardInput.WriteLineAsync(Wire.Execute(code).AsMemory(), timer.Token).ConfigureAwait(false);
            await foreach (var line in _lines.Reader.ReadAllAsync(timer.Token).ConfigureAwait(false))
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
            return Report(events, "TimeoutError", string.Create(CultureInfo.InvariantCulture,
                $"The cell took longer than {timeout.TotalSeconds:0.###} s and was ended. Allow it more with --timeout SECONDS, or give what it waits for a deadline."));
        }
        catch (OperationCanceledException)
        {
            await StopAsync(events).ConfigureAwait(false);
            await EndAsync(events).ConfigureAwait(false);
            throw;
        }
        catch (IOException)
        {
            // The pipe broke: the process has ended, and says below why.
        }

        // The process may have been ended by the very Ctrl-C that cancels the run: then it is no fault of the cell.
        await EndAsync(events).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return Report(events, "KernelEnded", $"The cell ended the kernel's process (exit code {_process.ExitCode}).{LastWords()}");
    }

    /// <summary>
    /// Tells the process that no cell will follow, and hears it out: it ends when its last foreground thread has ended, as any .NET
    /// program does, or is ended after a while. Threads in the background, and what waits in the thread pool, say
    /// what they can until then.
    /// </summary>
    /// <param name="events">Told what threads of the cells still do.</param>
    /// <param name="patience">How long threads may go on; <see cref="FinishingTime"/> unless told otherwise.</param>
    /// <param name="cancellation">Ends the process at once.</param>
    public async Task FinishAsync(Action<KernelEvent> events, TimeSpan? patience = null, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(HasEnded, this);
        ForgetWords();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(patience ?? FinishingTime);
        try
        {
            await TellToFinishAsync(timer.Token).ConfigureAwait(false);
            await foreach (var line in _lines.Reader.ReadAllAsync(timer.Token).ConfigureAwait(false))
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
            // A thread that never ends: no reason to wait.
        }

        await EndAsync(events).ConfigureAwait(false);
    }

    private async Task TellToFinishAsync(CancellationToken cancellation)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(Wire.Finish().AsMemory(), cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It has ended by itself. What it said last, and how it ended, is still to be heard.
        }
    }

    /// <summary>Ends the process, and every process that it has started.</summary>
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

    /// <summary>Hands on what a line from the process tells.</summary>
    /// <returns>How a cell ended, if the line tells that.</returns>
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

    /// <summary>Stops the cell that runs, so that it cleans up before its process is ended.</summary>
    private async Task StopAsync(Action<KernelEvent> events)
    {
        using var limit = new CancellationTokenSource(StoppingTime);
        try
        {
            await _process.StandardInput.WriteLineAsync(Wire.Stop().AsMemory(), limit.Token).ConfigureAwait(false);
            await foreach (var line in _lines.Reader.ReadAllAsync(limit.Token).ConfigureAwait(false))
            {
                // That it was stopped is no news, and why will be told.
                if (Take(line, happened => (happened is KernelEvent.Failure ? _ => { } : events)(happened)) is not null)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // It does not end, or its process has.
        }
    }

    private async Task EndAsync(Action<KernelEvent> events)
    {
        HasEnded = true;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }

        // Returns when the streams too are at their end: what the process wrote before it was killed is here now.
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        while (_lines.Reader.TryRead(out var line))
        {
            Take(line, events);
        }
    }

    private void Remember(string? line)
    {
        lock (_lastWords)
        {
            if (!string.IsNullOrWhiteSpace(line) && _lastWords.Count < LastWordsLines)
            {
                _lastWords.Add(line);
            }
        }
    }

    private void ForgetWords()
    {
        lock (_lastWords)
        {
            _lastWords.Clear();
        }
    }

    private string LastWords()
    {
        lock (_lastWords)
        {
            return _lastWords.Count == 0 ? "" : "\nIts last words:\n" + string.Join('\n', _lastWords);
        }
    }
}
