using System.ComponentModel;
using System.Diagnostics;
using System.Threading.Channels;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// A child process of a benchmark, as seen by its parent. However the parent ends, the child ends too, because its standard input
/// closes.
/// </summary>
internal sealed class BenchChild : IAsyncDisposable
{
    private const int LastWordsLines = 6;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(6);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _lastWords = [];

    private BenchChild(IEnumerable<string> arguments)
    {
        _process = new Process { StartInfo = SelfProcess.StartInfo(arguments) };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
    }

    public int Id => _process.Id;

    public static BenchChild Start(params IEnumerable<string> arguments)
    {
        var child = new BenchChild(arguments);
        child._process.Start();
        child._process.StandardInput.NewLine = "\n";
        child._process.StandardInput.AutoFlush = true;
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Sends a line and waits for the answer.</summary>
    /// <exception cref="BenchException">The process has ended, or has not answered within the limit.</exception>
    public async Task<T> AskAsync<T>(string line, TimeSpan limit, CancellationToken cancellation)
    {
        await SendAsync(line, cancellation).ConfigureAwait(false);
        return await ReadAsync<T>(limit, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends a line.</summary>
    public async Task SendAsync(string line, CancellationToken cancellation)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The pipe is broken. The next read reports why.
        }
    }

    /// <summary>Waits for the next line.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<T> ReadAsync<T>(TimeSpan limit, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        try
        {
            return BenchWire.Parse<T>(await _lines.Reader.ReadAsync(timer.Token).ConfigureAwait(false));
        }
        catch (ChannelClosedException)
        {
            await _process.WaitForExitAsync(CancellationToken.None)
                .WaitAsync(EndLimit, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new BenchException($"its process ended{LastWords()}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BenchException(FormattableString.Invariant(
                $"its process did not answer within {limit.TotalSeconds:0.#} s{LastWords()}"));
        }
    }

    /// <summary>
    /// Ends the process by closing its standard input. If it does not exit in time, kills it together with its descendants.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The process has already ended.
        }

        using var limit = new CancellationTokenSource(EndLimit);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // The process has exited by itself.
        }

        await _process.WaitForExitAsync(CancellationToken.None)
            .WaitAsync(EndLimit, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _lines.Writer.TryComplete();
        }
        else
        {
            _lines.Writer.TryWrite(line);
        }
    }

    private void Remember(string? line)
    {
        lock (_lastWords)
        {
            if (!string.IsNullOrWhiteSpace(line) && _lastWords.Count < LastWordsLines)
            {
                _lastWords.Add(line.Trim());
            }
        }
    }

    private string LastWords()
    {
        lock (_lastWords)
        {
            return _lastWords.Count == 0 ? "" : ": " + string.Join(" ", _lastWords);
        }
    }
}

/// <summary>Thrown when a part of a benchmark cannot continue. The message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
