using System.Diagnostics;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// Shows the progress of a benchmark and the estimated time left on standard error: on a terminal in a line that it keeps up to
/// date, elsewhere in a new line every few seconds.
/// </summary>
internal sealed class BenchProgress : IDisposable
{
    private static readonly TimeSpan TerminalPeriod = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan FilePeriod = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly Timer _timer;
    private readonly TimeSpan _planned;
    private TimeSpan _done;
    private string _what = "";
    private bool _ended;

    /// <param name="planned">The planned duration of the whole benchmark.</param>
    public BenchProgress(TimeSpan planned)
    {
        _planned = planned;
        var period = _terminal ? TerminalPeriod : FilePeriod;
        _timer = new Timer(_ => Show(), null, period, period);
    }

    /// <summary>Announces the next step.</summary>
    /// <param name="what">The step, in a few words.</param>
    public void Begin(string what)
    {
        bool first;
        lock (_gate)
        {
            (first, _what) = (_what.Length == 0, what);
        }

        if (first)
        {
            Show();
        }
    }

    /// <summary>Records that a step is done that was planned to take this long.</summary>
    public void Done(TimeSpan planned)
    {
        lock (_gate)
        {
            _done += planned;
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _ended = true;
            Clear();
        }
    }

    /// <summary>The estimated time left: the rest of the plan, scaled by the ratio of actual to planned time so far.</summary>
    internal static TimeSpan Left(TimeSpan planned, TimeSpan done, TimeSpan elapsed) =>
        (planned - done) * (done > TimeSpan.Zero ? Math.Clamp(elapsed / done, 0.5, 3) : 1);

    private void Show()
    {
        lock (_gate)
        {
            if (_ended || _what.Length == 0)
            {
                return;
            }

            var left = Left(_planned, _done, Stopwatch.GetElapsedTime(_began));
            var line = FormattableString.Invariant(
                $"{Math.Clamp(_done / _planned, 0, 1) * 100,3:F0} %  about {Math.Max(1, left.TotalSeconds):F0} s left  {_what}");
            if (!_terminal)
            {
                Console.Error.WriteLine(line);
                return;
            }

            Clear();
            var room = Math.Max(20, Width() - 1);
            Console.Error.Write(line.Length <= room ? line : line[..(room - 1)] + "…");
        }
    }

    private void Clear()
    {
        if (_terminal)
        {
            Console.Error.Write($"\r{new string(' ', Math.Max(0, Width() - 1))}\r");
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
