namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What theory says of N clients that arrive together and each ask the same number of questions. A conversation takes
/// C = questions × think time. Sequential: client k is done at k·C. With W workers: at ⌈k/W⌉·C. With no limit: at C.
/// Where thinking computes, only as many get on at once as there are cores; then the prediction is a bound that cannot be beaten.
/// </summary>
public sealed class Prediction
{
    private readonly double _conversation;
    private readonly int _atOnce;

    private Prediction(int clients, double conversation, int atOnce, bool isBound)
    {
        (_conversation, _atOnce, IsBound) = (conversation, atOnce, isBound);
        Latencies = [.. Enumerable.Range(1, clients).Select(k => TimeSpan.FromSeconds(Math.Ceiling((double)k / _atOnce) * _conversation))];
    }

    /// <summary>Each client's latency, in the order in which they are served.</summary>
    public IReadOnlyList<TimeSpan> Latencies { get; }

    /// <summary>When the last client has its last answer, counted from when they all arrived.</summary>
    public TimeSpan Makespan => Latencies[^1];

    /// <summary>The mean of the latencies.</summary>
    public TimeSpan Mean => TimeSpan.FromSeconds(Latencies.Average(latency => latency.TotalSeconds));

    /// <summary>Whether this is the best that is possible rather than what is to be expected.</summary>
    public bool IsBound { get; }

    /// <summary>The formula, with its numbers: <c>⌈k/4⌉ · 1.00 s</c>.</summary>
    public string Formula
    {
        get
        {
            var conversation = Display.Words.Of(TimeSpan.FromSeconds(_conversation));
            return _atOnce switch
            {
                1 => $"client k: k · {conversation}",
                int.MaxValue => $"every client: {conversation}",
                _ => Display.Words.Invariant($"client k: ⌈k/{_atOnce}⌉ · {conversation}"),
            };
        }
    }

    /// <summary>Predicts a closed loop against an architecture.</summary>
    /// <param name="architecture">Which.</param>
    /// <param name="options">The server's options: think time, its kind, workers.</param>
    /// <param name="clients">How many arrive together; at least 1.</param>
    /// <param name="questions">How many questions each asks, one after the other.</param>
    /// <param name="cores">How many cores there are; those of this machine unless told otherwise.</param>
    public static Prediction For(Architecture architecture, ServerOptions options, int clients, int questions = 1, int? cores = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(questions, 1);
        var atOnce = architecture.Waiting switch
        {
            Parallelism.One => 1,
            Parallelism.Workers => options.Workers,
            _ => int.MaxValue,
        };
        var computing = options.ThinkKind == ThinkKind.Computing;
        if (computing)
        {
            atOnce = Math.Min(atOnce, cores ?? Environment.ProcessorCount);
        }

        return new Prediction(clients, questions * options.Think.TotalSeconds, atOnce, isBound: computing && atOnce > 1);
    }
}
