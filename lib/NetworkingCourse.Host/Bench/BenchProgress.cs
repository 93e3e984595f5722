using System.Diagnostics;

namespace NetworkingCourse.Host.Bench;

/// <summary>Shows the progress of a benchmark and the estimated time left on standard error.</summary>
internal sealed class BenchProgress : IDisposable
{
    private readonly TimeSpan _planned;
    private readonly ProgressLine _line;
    private readonly long _began = Stopwatch.GetTimestamp();
    private TimeSpan _done;

    /// <param name="planned">The planned duration of the whole benchmark.</param>
    public BenchProgress(TimeSpan planned)
    {
        _planned = planned;
        _line = new ProgressLine(onError: true, share: Share);
    }

    /// <summary>Announces the next step.</summary>
    /// <param name="what">The step, in a few words.</param>
    public void Begin(string what)
    {
        var done = _done;
        // On a terminal, the line shows the share as a bar.
        var share = _line.IsOnTerminal ? "" : FormattableString.Invariant($"{Share() * 100,3:F0} %  ");
        _line.Set(() => FormattableString.Invariant($"{share}about {SecondsLeft(done):F0} s left  {what}"));
        if (done == TimeSpan.Zero)
        {
            _line.Show();
        }
    }

    /// <summary>Records that a step is done that was planned to take this long.</summary>
    public void Done(TimeSpan step) => _done += step;

    public void Dispose() => _line.Dispose();

    /// <summary>The estimated time left: the rest of the plan, scaled by the ratio of actual to planned time so far.</summary>
    internal static TimeSpan Left(TimeSpan planned, TimeSpan done, TimeSpan elapsed) =>
        (planned - done) * (done > TimeSpan.Zero ? Math.Clamp(elapsed / done, 0.5, 3) : 1);

    private double Share() => Math.Clamp(_done / _planned, 0, 1);

    private double SecondsLeft(TimeSpan done) =>
        Math.Max(1, Left(_planned, done, Stopwatch.GetElapsedTime(_began)).TotalSeconds);
}
