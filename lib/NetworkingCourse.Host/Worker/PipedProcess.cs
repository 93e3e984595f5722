using System.ComponentModel;
using System.Diagnostics;
using System.Threading.Channels;

namespace NetworkingCourse.Host.Worker;

/// <summary>A child process that exchanges lines with this one over its standard streams.</summary>
internal sealed class PipedProcess : IDisposable
{
    /// <summary>
    /// How many lines of the error output to keep. After a stack overflow, the first lines are enough; thousands of stack frames
    /// follow.
    /// </summary>
    private const int LastWordsLines = 12;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _lastWords = [];
    private readonly Task _reading;

    /// <param name="start">How to start it: <see cref="SelfProcess.StartInfo"/>, perhaps inside of another program.</param>
    /// <param name="maxOutput">The number of characters after which it is killed.</param>
    public PipedProcess(ProcessStartInfo start, long maxOutput = long.MaxValue)
    {
        _process = new Process { StartInfo = start };
        _process.Start();
        _process.StandardInput.NewLine = "\n";
        _process.StandardInput.AutoFlush = true;
        _reading = Task.WhenAll(ReadOutputAsync(maxOutput), BoundedLines.ReadAsync(_process.StandardError, maxOutput, Remember));
    }

    /// <summary>The process ID.</summary>
    public int Id => _process.Id;

    /// <summary>The exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Whether it was killed because it wrote too much.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>The lines of its output. They end when it ends.</summary>
    public ChannelReader<string> Lines => _lines.Reader;

    /// <summary>The first lines of its error output since <see cref="ForgetWords"/>.</summary>
    public IReadOnlyList<string> LastWords
    {
        get
        {
            lock (_lastWords)
            {
                return [.. _lastWords];
            }
        }
    }

    public void ForgetWords()
    {
        lock (_lastWords)
        {
            _lastWords.Clear();
        }
    }

    /// <summary>Sends a line. If the process has ended, nothing happens, and <see cref="Lines"/> end.</summary>
    public async Task SendAsync(string line, CancellationToken cancellation)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The pipe is broken.
        }
    }

    public Task WaitForExitAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    /// <summary>Kills it and its descendants, whatever they are doing.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has exited by itself.
        }
    }

    /// <summary>Kills it, and waits until everything that it wrote before has been read.</summary>
    public async Task EndAsync()
    {
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
    }

    public void Dispose() => _process.Dispose();

    private async Task ReadOutputAsync(long maxOutput)
    {
        if (!await BoundedLines.ReadAsync(_process.StandardOutput, maxOutput, line => _lines.Writer.TryWrite(line))
            .ConfigureAwait(false))
        {
            HasOverflowed = true;
            Kill();
        }

        _lines.Writer.TryComplete();
    }

    private void Remember(string line)
    {
        lock (_lastWords)
        {
            if (!string.IsNullOrWhiteSpace(line) && _lastWords.Count < LastWordsLines)
            {
                _lastWords.Add(line);
            }
        }
    }
}
