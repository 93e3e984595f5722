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

    private readonly PipedProcess _process;

    private BenchChild(IEnumerable<string> arguments) => _process = new PipedProcess(SelfProcess.StartInfo(arguments));

    public int Id => _process.Id;

    public static BenchChild Start(params IEnumerable<string> arguments) => new(arguments);

    /// <summary>Sends a line and waits for the answer.</summary>
    /// <exception cref="BenchException">The process has ended, or has not answered within the limit.</exception>
    public async Task<T> AskAsync<T>(string line, TimeSpan limit, CancellationToken cancellation)
    {
        await SendAsync(line, cancellation).ConfigureAwait(false);
        return await ReadAsync<T>(limit, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc cref="PipedProcess.SendAsync"/>
    public Task SendAsync(string line, CancellationToken cancellation) => _process.SendAsync(line, cancellation);

    /// <summary>Waits for the next line.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<T> ReadAsync<T>(TimeSpan limit, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        try
        {
            return BenchWire.Parse<T>(await _process.Lines.ReadAsync(timer.Token).ConfigureAwait(false));
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
        _process.CloseInput();
        using var limit = new CancellationTokenSource(EndLimit);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _process.EndAsync().WaitAsync(EndLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private string LastWords()
    {
        var words = string.Join(' ', _process.LastWords.Take(LastWordsLines).Select(line => line.Trim()));
        return words.Length == 0 ? "" : $": {words}";
    }
}

/// <summary>Thrown when a part of a benchmark cannot continue. The message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
