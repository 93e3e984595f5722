namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The predictions of theory for N clients that arrive together and each ask the same number of questions. A conversation takes
/// C = questions × think time. Sequential: client k is done at k·C. With W workers: at ⌈k/W⌉·C. With no limit: at C. Where
/// thinking computes, k conversations amount to k·C of work, which the cores can share but not reduce. Then client k is not done
/// before k·C/cores either, and the prediction is a lower bound.
/// </summary>
public sealed class Prediction
{
    private readonly double _conversation;
    private readonly int _atOnce;
    private readonly int? _cores;

    private Prediction(int clients, double conversation, int atOnce, int? cores, bool isBound)
    {
        (_conversation, _atOnce, _cores, IsBound) = (conversation, atOnce, cores, isBound);
        Latencies = [.. Enumerable.Range(1, clients).Select(k => TimeSpan.FromSeconds(Conversations(k) * _conversation))];
    }

    /// <summary>Each client's latency, in the order served.</summary>
    public IReadOnlyList<TimeSpan> Latencies { get; }

    /// <summary>The time from the common arrival until the last client has its last answer.</summary>
    public TimeSpan Makespan => Latencies[^1];

    /// <summary>The mean of the latencies.</summary>
    public TimeSpan Mean => TimeSpan.FromSeconds(Latencies.Average(latency => latency.TotalSeconds));

    /// <summary>Whether the prediction is a lower bound rather than the expected value.</summary>
    public bool IsBound { get; }

    /// <summary>The formula with its numbers, for example <c>⌈k/4⌉ · 1.00 s</c>.</summary>
    public string Formula
    {
        get
        {
            var conversation = Display.InvariantText.Of(TimeSpan.FromSeconds(_conversation));
            return _atOnce switch
            {
                int.MaxValue when _cores is { } cores =>
                    Display.InvariantText.Format($"client k: k/{cores} · {conversation}, and at least {conversation}"),
                > 1 when _cores is { } cores && cores < _atOnce =>
                    Display.InvariantText.Format($"client k: ⌈k/{_atOnce}⌉ or k/{cores}, whichever is more, · {conversation}"),
                1 => $"client k: k · {conversation}",
                int.MaxValue => $"every client: {conversation}",
                _ => Display.InvariantText.Format($"client k: ⌈k/{_atOnce}⌉ · {conversation}"),
            };
        }
    }

    /// <summary>Predicts a closed loop against an architecture.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="options">The server's options: the think time and its kind, and the workers.</param>
    /// <param name="clients">The number of clients that arrive together; at least 1.</param>
    /// <param name="questions">How many questions each client asks, one after the other.</param>
    /// <param name="cores">The number of cores; this machine's by default.</param>
    public static Prediction For(
        Architecture architecture, ServerOptions options, int clients, int questions = 1, int? cores = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(questions, 1);
        var atOnce = architecture.AtOnce(options, clients);
        // One conversation at a time needs only one core, which it always has.
        var shared = options.ThinkKind == ThinkKind.Computing && atOnce > 1;
        // The system gives each client to a loop by chance, and some loops get more of them than others.
        var byChance = architecture.RunsLoops && atOnce is > 1 and < int.MaxValue;
        return new Prediction(
            clients, questions * options.Think.TotalSeconds, atOnce,
            shared ? cores ?? Environment.ProcessorCount : null, isBound: shared || byChance);
    }

    // The number of consecutive conversations that client k waits for, including its own.
    private double Conversations(int k)
    {
        var turns = Math.Ceiling((double)k / _atOnce);
        return _cores is { } cores ? Math.Max(turns, (double)k / cores) : turns;
    }
}
