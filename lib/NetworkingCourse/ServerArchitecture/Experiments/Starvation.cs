using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Measures thread pool starvation. The pool has as many threads as there are cores and adds more only slowly, so when handlers
/// block on its threads, the others wait for a thread that itself only waits. For comparison, the same handlers run on dedicated
/// threads, and handlers that await run on the pool.
/// </summary>
public sealed class Starvation : Shown
{
    private Starvation(TimeSpan think, IReadOnlyList<(string, Latencies, TimeSpan)> results) =>
        (Think, Results) = (think, results);

    /// <summary>The think time of each handler.</summary>
    public TimeSpan Think { get; }

    /// <summary>The latencies for each kind of handler, and the CPU time that the server's process used meanwhile.</summary>
    public IReadOnlyList<(string Handlers, Latencies Latencies, TimeSpan ProcessorTime)> Results { get; }

    /// <summary>Measures the three kinds of handler, each in its own process with a fresh pool.</summary>
    /// <param name="clients">The number of clients that ask at the same time, once each.</param>
    /// <param name="think">The think time.</param>
    public static async Task<Starvation> MeasureAsync(int clients, TimeSpan think)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(think, TimeSpan.Zero);
        return new Starvation(think,
        [
            await BurstAsync("blocking, on the pool", Architecture.Async, ThinkKind.Blocking, clients, think)
                .ConfigureAwait(false),
            await BurstAsync(
                "blocking, on threads of their own", Architecture.ThreadPerConnection, ThinkKind.Blocking, clients, think)
                .ConfigureAwait(false),
            await BurstAsync("awaiting, on the pool", Architecture.Async, ThinkKind.Waiting, clients, think)
                .ConfigureAwait(false),
        ]);
    }

    /// <summary>A chart of each client's latency for each kind of handler.</summary>
    public Figure Chart() => LatencyByHandlers.Draw(this);

    private static async Task<(string, Latencies, TimeSpan)> BurstAsync(
        string handlers, Architecture architecture, ThinkKind kind, int clients, TimeSpan think)
    {
        await using var server = await StandaloneServer
            .StartAsync(architecture, new ServerOptions { Think = think, ThinkKind = kind })
            .ConfigureAwait(false);
        // The first question about resources costs the server time of its own, because the code for it is compiled then.
        await server.ResourcesAsync().ConfigureAwait(false);
        var before = await server.ResourcesAsync().ConfigureAwait(false);
        var run = await ClosedLoop.RunAsync(server, clients, TimeSpan.Zero).ConfigureAwait(false);
        var after = await server.ResourcesAsync().ConfigureAwait(false);
        return (handlers, run.Latencies, after.ProcessorTime - before.ProcessorTime);
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["handlers", "clients", "median", "longest", "predicted", "processor time", "served at a time"],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Handlers,
            result.Latencies.Count,
            InvariantText.Of(result.Latencies.Quantile(0.5)),
            InvariantText.Of(result.Latencies.Quantile(1)),
            InvariantText.Of(Think),
            InvariantText.Of(result.ProcessorTime),
            InvariantText.Format($"{result.Latencies.Count * Think / result.Latencies.Quantile(1):0.0}"),
        ]),
        "Predicted: the latency if no handler waited for a thread. "
            + "Processor time: used by the server's process during the run, over all cores. "
            + "Served at a time, on average: the sum of all think times, divided by the latency of the last client.");
}
