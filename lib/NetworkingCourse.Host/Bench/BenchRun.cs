using System.Diagnostics;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// Runs a benchmark with a process for each server and this process as their client, and measures a slice of each in every
/// round. Each measurement is in <see cref="Results"/> as soon as it is made, so that an interrupted run has results to show.
/// </summary>
internal sealed class BenchRun(BenchOptions options)
{
    private static readonly int[] FidelityClients = [1, 3, 10, 30, 100];

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReplyLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettlePeriod = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.05);

    // The runtime compiles the servers' code as it runs, and recompiles it with more optimisation later. Both must happen before
    // anything is measured.
    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(1);
    private const int FirstWarmUpConnections = 64;

    // Estimates for the plan only: the time needed on top of the measured time.
    private static readonly TimeSpan StartsIn = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan SliceOverhead = WarmUp + TimeSpan.FromSeconds(0.05);
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HoldingOverhead = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(string Architecture, int Workers), StandaloneServer> _servers = [];

    public BenchResults Results { get; } = new(options);

    /// <summary>Measures everything.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled. The results so far are kept.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var progress = new BenchProgress(Planned());
        try
        {
            await StartServersAsync(progress, cancellation).ConfigureAwait(false);
            for (var round = 0; round < Results.Rounds; round++)
            {
                foreach (var cell in BenchPlan.Order(Results.Cells, round))
                {
                    progress.Begin(FormattableString.Invariant(
                        $"round {round + 1} of {Results.Rounds}: {cell.Architecture}, connections: {cell.Connections}"));
                    await SliceAsync(cell, round, cancellation).ConfigureAwait(false);
                    progress.Done(cell.Reason is null ? Results.Slice + SliceOverhead : TimeSpan.Zero);
                }
            }

            foreach (var name in Holders())
            {
                progress.Begin(FormattableString.Invariant($"{name}: {BenchPlan.HeldConnections:N0} connections held"));
                await HoldAsync(name, cancellation).ConfigureAwait(false);
                progress.Done(Held + HoldingOverhead);
            }

            await EndAsync().ConfigureAwait(false);
            foreach (var architecture in options.Fidelity ? options.Architectures.Where(CanStart) : [])
            {
                progress.Begin(FormattableString.Invariant(
                    $"{architecture}: makespan against theory, 1 to {FidelityClients[^1]} clients"));
                await CompareWithTheoryAsync(architecture, cancellation).ConfigureAwait(false);
                progress.Done(FidelityTakes(architecture));
            }
        }
        catch (OperationCanceledException)
        {
            Results.IsInterrupted = true;
            throw;
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    private TimeSpan Planned()
    {
        var measured = Results.Cells.Where(cell => cell.Reason is null).ToList();
        return measured.DistinctBy(KeyOf).Count() * (StartsIn + FirstWarmUp)
            + measured.Count * Results.Rounds * (Results.Slice + SliceOverhead)
            + Holders().Count() * (Held + HoldingOverhead)
            + (options.Fidelity
                ? options.Architectures.Aggregate(TimeSpan.Zero, (sum, architecture) => sum + FidelityTakes(architecture))
                : TimeSpan.Zero);
    }

    private IEnumerable<string> Holders() => BenchPlan.Holders.Intersect(Results.Architectures);

    private static (string, int) KeyOf(Cell cell) => (cell.Architecture, cell.Workers);

    private async Task StartServersAsync(BenchProgress progress, CancellationToken cancellation)
    {
        foreach (var cells in Results.Cells.Where(cell => cell.Reason is null).GroupBy(KeyOf))
        {
            var first = cells.First();
            progress.Begin($"{first.Architecture}: starting, warming up");
            try
            {
                // A long deadline, so that the server does not take idle connections for slow clients.
                var server = _servers[cells.Key] = await StandaloneServer
                    .StartAsync(
                        Architecture.Find(first.Architecture),
                        new ServerOptions { Workers = first.Workers, QuestionDeadline = TimeSpan.FromHours(1) })
                    .ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
                var atRest = ProcessResources.Of(server.ProcessId, WithChildren(server));
                foreach (var cell in cells)
                {
                    (cell.StartUp, cell.AtRest) = (server.StartUp, atRest);
                }

                var connections = Math.Min(FirstWarmUpConnections, cells.Max(cell => cell.Connections));
                var options = new GeneratorOptions
                {
                    Connections = connections,
                    WarmUp = TimeSpan.Zero,
                    Measured = FirstWarmUp,
                    Timeout = AnswerTimeout,
                };
                _ = await LoadAsync(server, options, cancellation).ConfigureAwait(false);
                await SettleAsync(server, cancellation).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsOfServer(exception))
            {
                foreach (var cell in cells)
                {
                    cell.Failure = Explain(exception);
                }
            }

            progress.Done(StartsIn + FirstWarmUp);
        }
    }

    private async Task SliceAsync(Cell cell, int round, CancellationToken cancellation)
    {
        if (cell.Reason is not null || cell.Failure is not null)
        {
            return;
        }

        try
        {
            var server = _servers[KeyOf(cell)];
            var options = new GeneratorOptions
            {
                Connections = cell.Connections,
                WarmUp = WarmUp,
                Measured = Results.Slice,
                Timeout = AnswerTimeout,
            };
            var (load, resources, cpu) = await LoadAsync(server, options, cancellation).ConfigureAwait(false);
            if (load.Connected == load.Connections)
            {
                cell.Add(new Slice(round, load.Throughput, load.Answers, load.CpuShare, cpu, load.Latencies, resources));
            }

            // A cell that has failed once is not measured again: it could run into the timeout in every round.
            cell.Failure = FailureOf(load);
            await SettleAsync(server, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfServer(exception))
        {
            cell.Failure = Explain(exception);
        }
    }

    private async Task HoldAsync(string name, CancellationToken cancellation)
    {
        var (connections, _) = ConnectionCapacity.For(BenchPlan.HeldConnections);
        var active = Math.Min(BenchPlan.ActiveConnections, connections);
        var none = new Holding(
            name,
            BenchPlan.HeldConnections,
            connections,
            active,
            Held: 0,
            Throughput: 0,
            new LatencyHistogram(),
            Holds: null,
            "its server was not started");
        if (!_servers.TryGetValue((name, BenchPlan.DefaultWorkers), out var server))
        {
            Results.Add(none);
            return;
        }

        try
        {
            var options = new GeneratorOptions
            {
                Connections = connections,
                Idle = connections - active,
                WarmUp = TimeSpan.Zero,
                Measured = Held,
                Timeout = AnswerTimeout,
            };
            var (load, resources, _) = await LoadAsync(server, options, cancellation).ConfigureAwait(false);
            Results.Add(none with
            {
                Held = load.Held,
                Throughput = load.Throughput,
                Latencies = load.Latencies,
                Holds = resources,
                Failure = FailureOf(load),
            });
            await SettleAsync(server, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfServer(exception))
        {
            Results.Add(none with { Failure = Explain(exception) });
        }
    }

    private async Task CompareWithTheoryAsync(Architecture architecture, CancellationToken cancellation)
    {
        var sweep = await Sweep
            .RunAsync(
                FidelityClients,
                BenchPlan.FidelityThink,
                BenchPlan.DefaultWorkers,
                [architecture],
                cancellation: cancellation)
            .ConfigureAwait(false);
        var farthest = sweep.Runs.MaxBy(run => Math.Abs(run.Makespan / run.Prediction.Makespan - 1))!;
        Results.Add(new Fidelity(
            architecture.Name, farthest.Clients.Count, farthest.Makespan / farthest.Prediction.Makespan - 1));
    }

    // Some architectures need features that not every system has.
    private bool CanStart(Architecture architecture) =>
        Results.Cells.Any(cell => cell.Architecture == architecture.Name && cell.StartUp is not null);

    private static TimeSpan FidelityTakes(Architecture architecture)
    {
        var max = architecture.MaxConnections(new ServerOptions { Workers = BenchPlan.DefaultWorkers });
        var conversations = FidelityClients.Sum(clients => Math.Ceiling((double)clients / (max ?? clients)));
        return TimeSpan.FromSeconds(1) + conversations * BenchPlan.FidelityThink;
    }

    /// <summary>Puts a server under load and measures the resources that it uses.</summary>
    /// <returns>
    /// The load; the resources that the server used halfway through; and its CPU time per answer, in microseconds.
    /// </returns>
    private static async Task<(GeneratedLoad Load, ProcessResources? Resources, double? CpuMicroseconds)> LoadAsync(
        StandaloneServer server, GeneratorOptions options, CancellationToken cancellation)
    {
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var load = LoadGenerator.RunAsync(server.EndPoint, options with { Connected = connected.SetResult });
        await Task.WhenAny(connected.Task, load).WaitAsync(cancellation).ConfigureAwait(false);
        var before = Used();
        await Task.Delay(options.WarmUp + options.Measured / 2, cancellation).ConfigureAwait(false);
        var halfway = Used();
        var result = await load.WaitAsync(cancellation).ConfigureAwait(false);
        var answers = result.AllAnswers - result.Connected;
        var cpu = Used() is { } after && before is not null && answers > 0
            ? (after.Cpu - before.Cpu) * 1e6 / answers
            : (double?)null;
        return (result, halfway, cpu);

        ProcessResources? Used() => ProcessResources.Of(server.ProcessId, WithChildren(server));
    }

    // Closing the connections of one measurement must not disturb the next.
    private static async Task SettleAsync(StandaloneServer server, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (await server.OpenConnectionsAsync().WaitAsync(ReplyLimit, cancellation).ConfigureAwait(false) > 0
            && Stopwatch.GetElapsedTime(began) < SettleLimit)
        {
            await Task.Delay(SettlePeriod, cancellation).ConfigureAwait(false);
        }
    }

    // It did not start, its process has ended, or it did not reply within the limit.
    private static bool IsOfServer(Exception exception) =>
        exception is InvalidOperationException or ArgumentOutOfRangeException or IOException or TimeoutException;

    private static string Explain(Exception exception) => exception switch
    {
        IOException => "its process has ended",
        TimeoutException => FormattableString.Invariant($"its process did not reply within {ReplyLimit.TotalSeconds:0} s"),
        _ => exception.Message.Split('\n', '(')[0].Trim().TrimEnd('.'), // without the parameter and its value
    };

    private static string? FailureOf(GeneratedLoad load) => load.Failures.Count == 0 ? null : load.FailureSentence;

    private static bool WithChildren(StandaloneServer server) => server.Architecture.WorkersAreProcesses;

    private async Task EndAsync()
    {
        var servers = _servers.Values.ToList();
        _servers.Clear();
        await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask())).ConfigureAwait(false);
    }
}
