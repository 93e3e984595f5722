using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The same server, with the same stall in the middle, measured twice: by clients that wait for an answer before they ask again, and by
/// requests that come when they are due. The first hardly notice the stall: while it lasts, they ask nothing.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class CoordinatedOmission : IShown
{
    private const string Stall = "Stall?";
    private const int Connections = 4;
    private static readonly TimeSpan ThinkTime = TimeSpan.FromMilliseconds(5);

    private CoordinatedOmission(ClosedLoopRun closed, OpenLoopRun open, TimeSpan stall) => (Closed, Open, StallTime) = (closed, open, stall);

    /// <summary>What the closed loop saw.</summary>
    public ClosedLoopRun Closed { get; }

    /// <summary>What the open loop saw.</summary>
    public OpenLoopRun Open { get; }

    /// <summary>How long the server stood still, once in each run.</summary>
    public TimeSpan StallTime { get; }

    /// <summary>A latency above this is slow: more than four think times, which nobody waits but for the stall.</summary>
    public static TimeSpan SlowAbove => 4 * ThinkTime;

    /// <summary>How many latencies are slow.</summary>
    /// <param name="latencies">Those of one of the runs.</param>
    public static int CountSlow(Latencies latencies)
    {
        ArgumentNullException.ThrowIfNull(latencies);
        return latencies.Sorted.Count(latency => latency > SlowAbove);
    }

    /// <summary>Measures both, one after the other, on an event loop that a client stalls half-way.</summary>
    /// <param name="duration">How long each takes.</param>
    /// <param name="stall">How long the server stands still.</param>
    public static async Task<CoordinatedOmission> MeasureAsync(TimeSpan duration, TimeSpan stall)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(stall, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, stall);
        // Blocking: on an event loop one handler that holds its thread holds everybody.
        var options = new ServerOptions { Think = ThinkTime, LongQuestion = Stall, LongThink = stall, LongThinkKind = ThinkKind.Blocking };
        await using var server = await StandaloneServer.StartAsync(Architecture.Poll, options).ConfigureAwait(false);
        _ = await ClosedLoop.RunAsync(server, Connections, ThinkTime * 20).ConfigureAwait(false); // not counted: the server compiles

        var closed = ClosedLoop.RunAsync(server, Connections, duration);
        await StallAsync(server, duration).ConfigureAwait(false);
        var closedRun = await closed.ConfigureAwait(false);

        // The rate that the closed loop reached when nothing was wrong: as many questions, had nobody waited for the stall.
        var open = OpenLoop.RunAsync(server, Connections / ThinkTime.TotalSeconds / 2, duration);
        await StallAsync(server, duration).ConfigureAwait(false);
        return new CoordinatedOmission(closedRun, await open.ConfigureAwait(false), stall);
    }

    /// <summary>Latency by quantile, closed against open loop.</summary>
    public Figure Chart() => QuantilesClosedAndOpen.Draw(this);

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public string ToText() => AsTable().ToString();

    /// <summary>Both, a line each.</summary>
    public override string ToString() => $"{Closed}\n{Open}";

    private static async Task StallAsync(StandaloneServer server, TimeSpan duration)
    {
        await Task.Delay(duration / 3).ConfigureAwait(false);
        await using var client = await Client.ConnectAsync(server.EndPoint).ConfigureAwait(false);
        _ = await client.AskAsync(Stall).ConfigureAwait(false);
    }

    private Table AsTable() => new(
        ["loop", "answers", $"over {InvariantText.Of(SlowAbove)}", "half within", "90 % within", "99 % within", "99.9 % within", "all within"],
        [Row("closed", Closed.Latencies), Row("open", Open.Latencies)],
        InvariantText.Format($"The server stood still for {InvariantText.Of(StallTime)} in each run."));

    private static object?[] Row(string loop, Latencies latencies) =>
    [
        loop, latencies.Count, CountSlow(latencies), InvariantText.Of(latencies.Quantile(0.5)), InvariantText.Of(latencies.Quantile(0.9)), InvariantText.Of(latencies.Quantile(0.99)),
        InvariantText.Of(latencies.Quantile(0.999)), InvariantText.Of(latencies.Quantile(1)),
    ];
}
