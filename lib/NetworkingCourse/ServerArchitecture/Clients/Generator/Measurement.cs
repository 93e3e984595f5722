using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Counts answers: not yet during the warm-up, then for a fixed time. Not safe for use by two threads at once.</summary>
internal sealed class Measurement(TimeSpan measured)
{
    private long _from = long.MaxValue;
    private long _to;
    private (TimeSpan Cpu, long Time)? _began;
    private bool _ended;

    /// <summary>How many answers arrived within the time measured.</summary>
    public long Answers { get; private set; }

    /// <summary>How many arrived altogether.</summary>
    public long AllAnswers { get; private set; }

    /// <summary>How busy this process was within the time measured; 1 is one core.</summary>
    public double CpuShare { get; private set; }

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>The warm-up begins now.</summary>
    public void Begin(TimeSpan warmUp)
    {
        _from = Stopwatch.GetTimestamp() + Ticks(warmUp);
        _to = _from + Ticks(measured);
    }

    /// <summary>Takes an answer that is not counted, to a question that is asked once.</summary>
    public NextStep AnsweredOnce(LoadConnection connection, long now)
    {
        AllAnswers++;
        return NextStep.Stay;
    }

    /// <summary>Takes an answer.</summary>
    /// <param name="connection">Whose it is.</param>
    /// <param name="now">When it was complete, in ticks of <see cref="Stopwatch"/>.</param>
    public NextStep Answered(LoadConnection connection, long now)
    {
        AllAnswers++;
        if (now < _from)
        {
            return NextStep.AskAgain;
        }

        _began ??= (Environment.CpuUsage.TotalTime, now);
        // Also of an answer that comes after the end: the slowest answers are the last to leave out.
        Latencies.Record(now - connection.Asked);
        if (now < _to)
        {
            Answers++;
            return NextStep.AskAgain;
        }

        if (!_ended)
        {
            _ended = true;
            CpuShare = (Environment.CpuUsage.TotalTime - _began.Value.Cpu) / Stopwatch.GetElapsedTime(_began.Value.Time, now) is var share && double.IsFinite(share) ? share : 0;
        }

        return NextStep.Stay;
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
