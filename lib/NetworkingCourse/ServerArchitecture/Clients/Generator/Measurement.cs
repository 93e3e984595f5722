using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Counts answers for a fixed time after a warm-up. Not thread-safe.</summary>
internal sealed class Measurement(TimeSpan measured)
{
    private long _from = long.MaxValue;
    private long _to;
    private (TimeSpan Cpu, long Time)? _began;
    private bool _ended;

    /// <summary>The number of answers that arrived during the measurement.</summary>
    public long Answers { get; private set; }

    /// <summary>The total number of answers.</summary>
    public long AllAnswers { get; private set; }

    /// <summary>The CPU use of this process during the measurement; 1 is one core.</summary>
    public double CpuShare { get; private set; }

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Begins the warm-up; the measurement follows it.</summary>
    public void Begin(TimeSpan warmUp)
    {
        _from = Stopwatch.GetTimestamp() + Ticks(warmUp);
        _to = _from + Ticks(measured);
    }

    /// <summary>Handles the answer to a question that is asked only once and is not part of the measurement.</summary>
    public NextStep AnsweredOnce(LoadConnection connection, long now)
    {
        AllAnswers++;
        return NextStep.Stay;
    }

    /// <summary>Handles an answer.</summary>
    /// <param name="connection">The connection that received it.</param>
    /// <param name="now">When the answer was complete, in ticks of <see cref="Stopwatch"/>.</param>
    public NextStep Answered(LoadConnection connection, long now)
    {
        AllAnswers++;
        if (now < _from)
        {
            return NextStep.AskAgain;
        }

        _began ??= (Environment.CpuUsage.TotalTime, now);
        // Includes answers that arrive after the end: the slowest answers are the last ones that should be left out.
        Latencies.Record(now - connection.Asked);
        if (now < _to)
        {
            Answers++;
            return NextStep.AskAgain;
        }

        if (!_ended)
        {
            _ended = true;
            CpuShare =
                (Environment.CpuUsage.TotalTime - _began.Value.Cpu) / Stopwatch.GetElapsedTime(_began.Value.Time, now)
                    is var share && double.IsFinite(share) ? share : 0;
        }

        return NextStep.Stay;
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
