namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What theory says of N clients that arrive together and each ask the same number of questions. A conversation takes
/// C = questions × think time. Sequential: client k is done at k·C. With W workers: at ⌈k/W⌉·C. With no limit: at C.
/// Where thinking computes, k conversations are k·C of work, which the cores can share out as they like but not make less: then client
/// k is not done before k·C/cores either, and the prediction is a bound that cannot be beaten.
/// </summary>
public sealed class Prediction
{
    private readonly double _conversation;
    private readonly int _atOnce;
    private readonly int? _cores;

    private Prediction(int clients, double conversation, int atOnce, int? cores)
    {
        (_conversation, _atOnce, _cores) = (conversation, atOnce, cores);
        Latencies = [.. Enumerable.Range(1, clients).Select(k => TimeSpan.FromSeconds(Conversations(k) * _conversation))];
    }

    /// <summary>Each client's latency, in the order in which they are served.</summary>
    public IReadOnlyList<TimeSpan> Latencies { get; }

    /// <summary>When the last client has its last answer, counted from when they all arrived.</summary>
    public TimeSpan Makespan => Latencies[^1];

    /// <summary>The mean of the latencies.</summary>
    public TimeSpan Mean => TimeSpan.FromSeconds(Latencies.Average(latency => latency.TotalSeconds));

    /// <summary>Whether this is the best that is possible rather than what is to be expected.</summary>
    public bool IsBound => _cores is not null;

    /// <summary>The formula, with its numbers: <c>⌈k/4⌉ · 1.00 s</c>.</summary>
    public string Formula
    {
        get
        {
            var conversation = Display.InvariantText.Of(TimeSpan.FromSeconds(_conversation));
            return _atOnce switch
            {
                int.MaxValue when _cores is { } cores => Display.InvariantText.Format($"client k: k/{cores} · {conversation}, and at least {conversation}"),
                > 1 when _cores is { } cores && cores < _atOnce => Display.InvariantText.Format($"client k: ⌈k/{_atOnce}⌉ or k/{cores}, whichever is more, · {conversation}"),
                1 => $"client k: k · {conversation}",
                int.MaxValue => $"every client: {conversation}",
                _ => Display.InvariantText.Format($"client k: ⌈k/{_atOnce}⌉ · {conversation}"),
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
        var atOnce = architecture.AtOnce(options, clients);
        // One conversation at a time needs one core, and has it.
        var shared = options.ThinkKind == ThinkKind.Computing && atOnce > 1;
        return new Prediction(clients, questions * options.Think.TotalSeconds, atOnce, shared ? cores ?? Environment.ProcessorCount : null);
    }

    // How many conversations, one after the other, client k waits for, its own included.
    private double Conversations(int k)
    {
        var turns = Math.Ceiling((double)k / _atOnce);
        return _cores is { } cores ? Math.Max(turns, (double)k / cores) : turns;
    }
}
