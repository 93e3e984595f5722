using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The same experiment with increasing numbers of clients, for several architectures.</summary>
public sealed class Sweep : Shown
{
    private const int MaxRepetitions = 3;
    private const int WarmUpClients = 8;
    private const int WarmUpCrowd = 100;
    private const int WarmUpRounds = 10;

    private Sweep(IReadOnlyList<Run> runs) => Runs = runs;

    /// <summary>One run per architecture and number of clients.</summary>
    public IReadOnlyList<Run> Runs { get; }

    /// <summary>
    /// Runs the sweep. Each architecture first answers a few clients as a warm-up, so that the measurement shows the server and
    /// not the JIT compiler. A run that takes only a fraction of a second is repeated, up to three runs in all, and the one with
    /// the median makespan counts. Architectures that serve only a few clients at a time run alongside the others, because they
    /// hardly use the processor while they think.
    /// </summary>
    /// <param name="clients">The numbers of clients.</param>
    /// <param name="think">The think time.</param>
    /// <param name="workers">The number of workers, in architectures that have a fixed number.</param>
    /// <param name="architectures">The architectures to measure; all by default.</param>
    /// <param name="progress">Called with the outcome of each run as it completes; for example <c>Console.WriteLine</c>.</param>
    /// <param name="cancellation">Cancels the sweep.</param>
    public static async Task<Sweep> RunAsync(
        IReadOnlyList<int> clients,
        TimeSpan think,
        int workers = 4,
        IReadOnlyList<Architecture>? architectures = null,
        Action<string>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentOutOfRangeException.ThrowIfZero(clients.Count, nameof(clients));
        // Differences are relative to the prediction, and logarithmic scales have no zero.
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(think, TimeSpan.Zero);
        var wanted = architectures ?? Architecture.All;
        // Worker processes have compiled nothing yet; their warm-up comes with their measurement.
        foreach (var architecture in wanted.Where(one => !one.WorkersAreProcesses))
        {
            await WarmUpAsync(architecture, cancellation).ConfigureAwait(false);
        }

        var measured = new Dictionary<Architecture, Task<List<Run>>>();
        foreach (var architecture in wanted.OrderBy(architecture => ServesMany(architecture)))
        {
            measured[architecture] = MeasureAsync(architecture, clients, think, workers, progress, cancellation);
            if (ServesMany(architecture))
            {
                await measured[architecture].ConfigureAwait(false);
            }
        }

        await Task.WhenAll(measured.Values).ConfigureAwait(false);
        return new Sweep([.. wanted.SelectMany(architecture => measured[architecture].Result)]);
    }

    /// <summary>A chart of makespan and mean latency against the number of clients, with the predictions of theory.</summary>
    public Figure Chart() => MakespanByClients.Draw(this);

    /// <summary>A chart of how far each makespan is from theory.</summary>
    public Figure Distance() => DistanceFromTheory.Draw(this);

    /// <summary>The number of runs, and the run that is farthest from theory.</summary>
    public override string ToString()
    {
        var farthest = Runs.MaxBy(run => Math.Abs(run.Makespan / run.Prediction.Makespan - 1))!;
        return InvariantText.Format($"{Runs.Count} runs; farthest from theory: {farthest}");
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "architecture",
            "clients",
            "answered",
            "makespan (s)",
            "predicted (s)",
            "difference",
            "mean latency (s)",
            "predicted mean (s)",
        ],
        Runs.Select(IReadOnlyList<object?> (run) =>
        [
            run.Architecture.Name,
            run.Clients.Count,
            run.Answered,
            InvariantText.Format($"{run.Makespan.TotalSeconds:F3}"),
            InvariantText.Format($"{run.Prediction.Makespan.TotalSeconds:F3}"),
            InvariantText.Difference(run.Makespan / run.Prediction.Makespan),
            InvariantText.Format($"{run.MeanLatency.TotalSeconds:F3}"),
            InvariantText.Format($"{run.Prediction.Mean.TotalSeconds:F3}"),
        ]),
        $"{this}.{string.Concat(Contradictions())}");

    // One for each architecture: that of its largest run, where few workers show best.
    private IEnumerable<string> Contradictions() =>
        from runs in Runs.GroupBy(run => run.Architecture)
        let contradiction = ClaimOfOwn.Contradiction(runs.MaxBy(run => run.Clients.Count)!)
        where contradiction.Length > 0
        select $" {runs.Key.Name}:{contradiction}";

    private static bool ServesMany(Architecture architecture) =>
        architecture.Waiting is Parallelism.Connections or Parallelism.Unlimited;

    // Takes the same path as the measurement, so that all of its code is compiled and optimized, with a negligible think time.
    private static async Task WarmUpAsync(Architecture architecture, CancellationToken cancellation)
    {
        await using var server = architecture.Start(TimeSpan.FromMilliseconds(1), name: $"warm-up: {architecture.Name}");
        var clients = ServesMany(architecture) ? WarmUpCrowd : WarmUpClients;
        for (var i = 0; i < WarmUpRounds; i++)
        {
            _ = await Load
                .ClosedLoopAsync(server, clients, questions: 3, connectFirst: true, cancellation: cancellation)
                .ConfigureAwait(false);
        }
    }

    private static async Task<List<Run>> MeasureAsync(
        Architecture architecture,
        IReadOnlyList<int> clients,
        TimeSpan think,
        int workers,
        Action<string>? progress,
        CancellationToken cancellation)
    {
        await using var server = architecture.Start(think, workers, name: $"sweep: {architecture.Name}");
        if (architecture.WorkersAreProcesses)
        {
            _ = await Load.ClosedLoopAsync(server, 3 * workers, cancellation: cancellation).ConfigureAwait(false);
        }

        var runs = new List<Run>();
        foreach (var count in clients)
        {
            var run = await MedianAsync(server, count, cancellation).ConfigureAwait(false);
            runs.Add(run);
            progress?.Invoke(run.ToString());
        }

        return runs;
    }

    private static async Task<Run> MedianAsync(Server server, int clients, CancellationToken cancellation)
    {
        var runs = new List<Run>();
        int repetitions;
        do
        {
            runs.Add(await Load
                .ClosedLoopAsync(server, clients, connectFirst: true, cancellation: cancellation)
                .ConfigureAwait(false));
            repetitions = (int)Math.Clamp(0.5 / Math.Max(0.001, runs[0].Prediction.Makespan.TotalSeconds), 1, MaxRepetitions);
        }
        while (runs.Count < repetitions);

        return runs.OrderBy(run => run.Makespan).ElementAt(runs.Count / 2);
    }
}
