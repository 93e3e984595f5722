using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Handlers that block, on the threads of the pool: the pool has as many threads as there are cores and adds more only slowly, so that the
/// others wait for a thread that does nothing but wait. Beside it the same handlers on threads of their own, and handlers that await.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Starvation : IShown
{
    private Starvation(TimeSpan think, IReadOnlyList<(string Handlers, Latencies Latencies)> results) => (Think, Results) = (think, results);

    /// <summary>The think time of each handler.</summary>
    public TimeSpan Think { get; }

    /// <summary>The latencies, by the kind of handlers.</summary>
    public IReadOnlyList<(string Handlers, Latencies Latencies)> Results { get; }

    /// <summary>Measures the three, each in a process of its own whose pool is fresh.</summary>
    /// <param name="clients">How many clients ask at the same time, once each.</param>
    /// <param name="think">The think time.</param>
    public static async Task<Starvation> MeasureAsync(int clients, TimeSpan think)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(think, TimeSpan.Zero);
        return new Starvation(think,
        [
            ("blocking, on the pool", await BurstAsync(Architecture.Async, ThinkKind.Blocking, clients, think).ConfigureAwait(false)),
            ("blocking, on threads of their own", await BurstAsync(Architecture.ThreadPerConnection, ThinkKind.Blocking, clients, think).ConfigureAwait(false)),
            ("awaiting, on the pool", await BurstAsync(Architecture.Async, ThinkKind.Waiting, clients, think).ConfigureAwait(false)),
        ]);
    }

    /// <summary>Each client's latency, by the kind of handlers.</summary>
    public Figure Chart() => LatencyByHandlers.Draw(this);

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <summary>A line for each kind.</summary>
    public override string ToString() => AsTable().ToString();

    private static async Task<Latencies> BurstAsync(Architecture architecture, ThinkKind kind, int clients, TimeSpan think)
    {
        await using var server = await StandaloneServer.StartAsync(architecture, new ServerOptions { Think = think, ThinkKind = kind }).ConfigureAwait(false);
        return (await ClosedLoop.RunAsync(server, clients, TimeSpan.Zero).ConfigureAwait(false)).Latencies;
    }

    private Table AsTable() => new(
        ["handlers", "clients", "half within", "the last within", "predicted", "served at a time"],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Handlers, result.Latencies.Count, InvariantText.Of(result.Latencies.Quantile(0.5)), InvariantText.Of(result.Latencies.Quantile(1)), InvariantText.Of(Think),
            InvariantText.Format($"{result.Latencies.Count * Think / result.Latencies.Quantile(1):0.0}"),
        ]),
        "Predicted: what it would be if nobody waited for a thread. Served at a time, on average: all think times together, by the time of the last.");
}
