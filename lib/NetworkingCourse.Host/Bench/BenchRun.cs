using System.Diagnostics;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// Runs a benchmark with one server process for each architecture and one client process for all of them, and measures a slice
/// of each in every round. Each measurement is in <see cref="Results"/> as soon as it is made, so that an interrupted run has
/// results to show.
/// </summary>
internal sealed class BenchRun(BenchOptions options)
{
    private const double FidelityThinkSeconds = 0.1;
    private static readonly int[] FidelityClients = [1, 3, 10, 30, 100];

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(20);
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

    private readonly Dictionary<(string Architecture, int Workers), BenchChild> _servers = [];
    private readonly Dictionary<(string Architecture, int Workers), int> _ports = [];
    private BenchChild? _client;

    public BenchResults Results { get; } = new(options);

    /// <summary>Measures everything.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled. The results so far are kept.</exception>
    /// <exception cref="InvalidOperationException">The client process failed; nothing can be measured without it.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var progress = new BenchProgress(Planned());
        try
        {
            _client = BenchChild.Start(BenchClient.Subcommand);
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
                progress.Begin(FormattableString.Invariant($"{name}: {Target.HeldConnections:N0} connections held"));
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

    private IEnumerable<string> Holders() => Target.Holders.Intersect(Results.Architectures);

    private static (string, int) KeyOf(Cell cell) => (cell.Architecture, cell.Workers);

    private async Task StartServersAsync(BenchProgress progress, CancellationToken cancellation)
    {
        foreach (var cells in Results.Cells.Where(cell => cell.Reason is null).GroupBy(KeyOf))
        {
            var first = cells.First();
            progress.Begin($"{first.Architecture}: starting, warming up");
            try
            {
                var began = Stopwatch.GetTimestamp();
                var server = _servers[cells.Key] = BenchChild.Start(
                    BenchServer.Subcommand, first.Architecture, FormattableString.Invariant($"{first.Workers}"));
                var ready = await server.ReadAsync<ServerReady>(StartLimit, cancellation).ConfigureAwait(false);
                _ports[cells.Key] = ready.Error is null ? ready.Port : throw new BenchException(ready.Error);
                var startUp = Stopwatch.GetElapsedTime(began);
                var atRest = ProcessResources.Of(server.Id, WithChildren(first.Architecture));
                foreach (var cell in cells)
                {
                    (cell.StartUp, cell.AtRest) = (startUp, atRest);
                }

                var connections = Math.Min(FirstWarmUpConnections, cells.Max(cell => cell.Connections));
                var order = new LoadOrder(0, connections, 0, 0, FirstWarmUp.TotalSeconds, AnswerTimeout.TotalSeconds);
                _ = await LoadAsync(cells.Key, order, cancellation).ConfigureAwait(false);
                await SettleAsync(cells.Key, cancellation).ConfigureAwait(false);
            }
            catch (BenchException exception)
            {
                foreach (var cell in cells)
                {
                    cell.Failure = exception.Message;
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
            var key = KeyOf(cell);
            var order = new LoadOrder(
                0, cell.Connections, 0, WarmUp.TotalSeconds, Results.Slice.TotalSeconds, AnswerTimeout.TotalSeconds);
            var (report, load, cpu) = await LoadAsync(key, order, cancellation).ConfigureAwait(false);
            if (report.Connected == report.Connections)
            {
                var latencies = LatencyHistogram.FromBase64(report.Histogram);
                cell.Add(new Slice(
                    round, report.Answers / report.Measured, report.Answers, report.CpuShare, cpu, latencies, load));
            }

            // A cell that has failed once is not measured again: it could run into the timeout in every round.
            cell.Failure = Explain(report);
            await SettleAsync(key, cancellation).ConfigureAwait(false);
        }
        catch (BenchException exception)
        {
            cell.Failure = exception.Message;
        }
    }

    private async Task HoldAsync(string name, CancellationToken cancellation)
    {
        var (connections, _) = ConnectionCapacity.For(Target.HeldConnections);
        var active = Math.Min(Target.ActiveConnections, connections);
        try
        {
            if (!_ports.ContainsKey((name, BenchPlan.DefaultWorkers)))
            {
                throw new BenchException("its server was not started");
            }

            var key = (name, BenchPlan.DefaultWorkers);
            var order = new LoadOrder(0, connections, connections - active, 0, Held.TotalSeconds, AnswerTimeout.TotalSeconds);
            var (report, load, _) = await LoadAsync(key, order, cancellation).ConfigureAwait(false);
            Results.Add(new Holding(
                name, Target.HeldConnections, connections, active, report.Held, report.Answers / report.Measured,
                LatencyHistogram.FromBase64(report.Histogram), load, Explain(report)));
            await SettleAsync(key, cancellation).ConfigureAwait(false);
        }
        catch (BenchException exception)
        {
            Results.Add(new Holding(
                name, Target.HeldConnections, connections, active, 0, 0, new LatencyHistogram(), null, exception.Message));
        }
    }

    private async Task CompareWithTheoryAsync(Architecture architecture, CancellationToken cancellation)
    {
        var think = TimeSpan.FromSeconds(FidelityThinkSeconds);
        var sweep = await Sweep
            .RunAsync(FidelityClients, think, BenchPlan.DefaultWorkers, [architecture], cancellation: cancellation)
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
        return TimeSpan.FromSeconds(1 + conversations * FidelityThinkSeconds);
    }

    /// <summary>Puts a server under load and measures the resources that it uses.</summary>
    /// <returns>
    /// The client's report; the resources that the server used halfway through; and its CPU time per answer, in microseconds.
    /// </returns>
    private async Task<(LoadReport Report, ProcessResources? Load, double? CpuMicroseconds)> LoadAsync(
        (string Architecture, int Workers) server, LoadOrder order, CancellationToken cancellation)
    {
        var (process, children) = (_servers[server].Id, WithChildren(server.Architecture));
        var limit = TimeSpan.FromSeconds(order.WarmUp + order.Measured + 4 * order.Timeout);
        try
        {
            _ = await _client!.AskAsync<LoadConnected>(BenchWire.Line(order with { Port = _ports[server] }), limit, cancellation)
                .ConfigureAwait(false);
            var before = ProcessResources.Of(process, children);
            await Task.Delay(TimeSpan.FromSeconds(order.WarmUp + order.Measured / 2), cancellation).ConfigureAwait(false);
            var load = ProcessResources.Of(process, children);
            var report = await _client.ReadAsync<LoadReport>(limit, cancellation).ConfigureAwait(false);
            var answers = report.AllAnswers - report.Connected;
            var cpu = ProcessResources.Of(process, children) is { } after && before is not null && answers > 0
                ? (after.Cpu - before.Cpu) * 1e6 / answers
                : (double?)null;
            return (report, load, cpu);
        }
        catch (BenchException exception)
        {
            // The failure is not the server's, and nothing more can be measured.
            throw new InvalidOperationException($"The load generator failed: {exception.Message}.", exception);
        }
    }

    // Closing the connections of one measurement must not disturb the next.
    private async Task SettleAsync((string, int) server, CancellationToken cancellation) =>
        _ = await _servers[server].AskAsync<Settled>(BenchWire.Settle, SettleLimit, cancellation).ConfigureAwait(false);

    private static string? Explain(LoadReport report) => report.Failures.Count == 0
        ? null
        : string.Join("; ", report.Failures
            .OrderByDescending(failure => failure.Value)
            .Select(failure => FormattableString.Invariant(
                $"{failure.Value:N0} of {report.Connections:N0} connections: {failure.Key}")));

    private static bool WithChildren(string name) => Architecture.Find(name).WorkersAreProcesses;

    private async Task EndAsync()
    {
        var children = _servers.Values.Append(_client).OfType<BenchChild>().ToList();
        _servers.Clear();
        _client = null;
        await Task.WhenAll(children.Select(child => child.DisposeAsync().AsTask())).ConfigureAwait(false);
    }
}
