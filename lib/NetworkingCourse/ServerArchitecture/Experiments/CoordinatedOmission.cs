using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Measures the same server, with the same stall in the middle, twice: with clients that wait for an answer
/// before they ask again, and with requests that are sent when they are due. The former hardly notice the stall,
/// because they ask nothing while it lasts.
/// </summary>
public sealed class CoordinatedOmission : Shown
{
    private const string Stall = "Stall?";
    private const int Connections = 4;
    private static readonly TimeSpan ThinkTime = TimeSpan.FromMilliseconds(5);

    private CoordinatedOmission(ClosedLoopRun closed, OpenLoopRun open, TimeSpan stall) =>
        (Closed, Open, StallTime) = (closed, open, stall);

    /// <summary>The results of the closed loop.</summary>
    public ClosedLoopRun Closed { get; }

    /// <summary>The results of the open loop.</summary>
    public OpenLoopRun Open { get; }

    /// <summary>How long the server stalled, once in each run.</summary>
    public TimeSpan StallTime { get; }

    /// <summary>
    /// The limit above which a latency counts as slow: four think times, which no client exceeds except because of the stall.
    /// </summary>
    public static TimeSpan SlowAbove => 4 * ThinkTime;

    /// <summary>The number of slow latencies.</summary>
    /// <param name="latencies">The latencies of one of the runs.</param>
    public static int CountSlow(Latencies latencies)
    {
        ArgumentNullException.ThrowIfNull(latencies);
        return latencies.Sorted.Count(latency => latency > SlowAbove);
    }

    /// <summary>Measures both, one after the other, on an event loop that a client stalls partway through.</summary>
    /// <param name="duration">The duration of each run.</param>
    /// <param name="stall">How long the server stalls.</param>
    public static async Task<CoordinatedOmission> MeasureAsync(TimeSpan duration, TimeSpan stall)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(stall, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, stall);
        // Blocking: a handler that blocks the thread of an event loop delays every client.
        var options = new ServerOptions
        {
            Think = ThinkTime,
            LongQuestion = Stall,
            LongThink = stall,
            LongThinkKind = ThinkKind.Blocking,
        };
        await using var server = await StandaloneServer.StartAsync(Architecture.Poll, options).ConfigureAwait(false);
        _ = await ClosedLoop.RunAsync(server, Connections, ThinkTime * 20).ConfigureAwait(false); // warm-up: the JIT compiles

        var closed = ClosedLoop.RunAsync(server, Connections, duration);
        await StallAsync(server, duration).ConfigureAwait(false);
        var closedRun = await closed.ConfigureAwait(false);

        // Half the rate at which the closed loop could ask without the stall. Requests keep coming at this rate during the stall.
        var open = OpenLoop.RunAsync(server, Connections / ThinkTime.TotalSeconds / 2, duration);
        await StallAsync(server, duration).ConfigureAwait(false);
        return new CoordinatedOmission(closedRun, await open.ConfigureAwait(false), stall);
    }

    /// <summary>A chart of latency by quantile, closed against open loop.</summary>
    public Figure Chart() => QuantilesClosedAndOpen.Draw(this);

    /// <summary>Both runs, one line each.</summary>
    public override string ToString() => $"{Closed}\n{Open}";

    private static async Task StallAsync(StandaloneServer server, TimeSpan duration)
    {
        await Task.Delay(duration / 3).ConfigureAwait(false);
        await using var client = await Client.ConnectAsync(server.EndPoint).ConfigureAwait(false);
        _ = await client.AskAsync(Stall).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "loop",
            "answers",
            $"over {InvariantText.Of(SlowAbove)}",
            "median",
            "90 % within",
            "99 % within",
            "99.9 % within",
            "all within",
        ],
        [Row("closed", Closed.Latencies), Row("open", Open.Latencies)],
        InvariantText.Format($"The server stalled for {InvariantText.Of(StallTime)} in each run."));

    private static object?[] Row(string loop, Latencies latencies) =>
    [
        loop,
        latencies.Count,
        CountSlow(latencies),
        InvariantText.Of(latencies.Quantile(0.5)),
        InvariantText.Of(latencies.Quantile(0.9)),
        InvariantText.Of(latencies.Quantile(0.99)),
        InvariantText.Of(latencies.Quantile(0.999)),
        InvariantText.Of(latencies.Quantile(1)),
    ];
}
