namespace NetworkingCourse.Host;

/// <summary>
/// Shows how far a command has come: on a terminal in one line that it keeps up to date, elsewhere with a line every few seconds.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan TerminalPeriod = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan FilePeriod = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly TextWriter _writer;
    private readonly Timer _timer;
    private Func<string>? _text;
    private bool _drawn;

    /// <param name="onError">Whether to write to standard error, for a command whose output is read by programs.</param>
    public ProgressLine(bool onError = false)
    {
        _writer = onError ? Console.Error : Console.Out;
        IsOnTerminal = !(onError ? Console.IsErrorRedirected : Console.IsOutputRedirected);
        var period = IsOnTerminal ? TerminalPeriod : FilePeriod;
        _timer = new Timer(_ => Show(), null, period, period);
    }

    /// <summary>Whether the line is on a terminal, and not in a file or a pipe.</summary>
    public bool IsOnTerminal { get; }

    /// <summary>Sets the text to show from now on.</summary>
    /// <param name="text">Makes the text, on any thread, each time that it is shown.</param>
    public void Set(Func<string> text)
    {
        lock (_gate)
        {
            _text = text;
        }
    }

    /// <summary>Shows the text at once.</summary>
    public void Show()
    {
        lock (_gate)
        {
            if (_text is null)
            {
                return;
            }

            var line = _text();
            if (!IsOnTerminal)
            {
                _writer.WriteLine(line);
                return;
            }

            Clear();
            var room = Math.Max(20, Width() - 1);
            _writer.Write(line.Length <= room ? line : line[..(room - 1)] + "…");
            _drawn = true;
        }
    }

    /// <summary>Replaces the text by a line that stays. Nothing more is shown until <see cref="Set"/> is called.</summary>
    public void End(string line)
    {
        lock (_gate)
        {
            _text = null;
            Clear();
            _writer.WriteLine(line);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _text = null;
            Clear();
        }
    }

    private void Clear()
    {
        if (_drawn)
        {
            _writer.Write($"\r{new string(' ', Math.Max(0, Width() - 1))}\r");
            _drawn = false;
        }
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
