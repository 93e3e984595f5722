using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Measures how many questions per second servers answer with no think time, against the number of connections, and what an
/// answer costs them: how often a thread had to be woken, how many threads took part, how much processor time it took.
/// </summary>
public sealed class Throughput : Shown
{
    private Throughput(IReadOnlyList<ThroughputResult> results) => Results = results;

    /// <summary>One result per server and number of connections.</summary>
    public IReadOnlyList<ThroughputResult> Results { get; }

    /// <summary>Measures servers, each in a process of its own. They take several turns each, and the median counts.</summary>
    /// <param name="connections">The numbers of connections; each connection carries one question at a time.</param>
    /// <param name="duration">The time for each server and number of connections, over all turns.</param>
    /// <param name="servers">
    /// The servers, with different names. One that can serve only a few connections at once gets no more than that.
    /// </param>
    public static async Task<Throughput> MeasureAsync(
        IReadOnlyList<int> connections, TimeSpan duration, params IReadOnlyList<StandaloneServer> servers)
    {
        ArgumentNullException.ThrowIfNull(connections);
        ArgumentOutOfRangeException.ThrowIfZero(connections.Count, nameof(connections));
        ArgumentOutOfRangeException.ThrowIfZero(servers.Count);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var turns = await ServerTurns
            .TakeAsync(servers, connections, (server, max) => MeasureAsync(server, max, duration / ServerTurns.Rounds))
            .ConfigureAwait(false);
        return new Throughput(
            [.. turns.GroupBy(turn => (turn.Server, turn.Load.Connections)).Select(same => ResultOf([.. same]))]);
    }

    /// <summary>A chart of answers per second against the number of connections.</summary>
    public Figure Chart() => ThroughputByConnections.Draw(this);

    private static async Task<Turn> MeasureAsync(StandaloneServer server, int connections, TimeSpan duration)
    {
        var busyBefore = (await server.ResourcesAsync().ConfigureAwait(false)).ProcessorTime;
        var before = server.Switches();
        var load = await LoadGenerator.RunAsync(server.EndPoint, connections, duration).ConfigureAwait(false);
        var switches = before is null ? null : server.Switches()?.Since(before);
        var busy = (await server.ResourcesAsync().ConfigureAwait(false)).ProcessorTime - busyBefore;
        return new Turn(server, load, switches, busy);
    }

    private static ThroughputResult ResultOf(IReadOnlyList<Turn> turns)
    {
        double answers = turns.Sum(turn => turn.Load.AllAnswers);
        var switches = turns.Select(turn => turn.Switches).OfType<SwitchCount>().ToList();
        return new ThroughputResult(
            turns[0].Server,
            turns[0].Load.Connections,
            ServerTurns.Median(turns.Select(turn => turn.Load)),
            switches.Count == 0 ? null : switches.Sum(count => count.Voluntary) / answers,
            switches.Count == 0 ? null : switches.Max(count => count.Threads),
            TimeSpan.FromSeconds(turns.Sum(turn => turn.ProcessorTime.TotalSeconds) / answers));
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "server",
            "connections",
            "answers per second",
            "median",
            "99 % within",
            "waits per answer",
            "threads that ran",
            "processor time per answer",
            "failed",
        ],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Server.Name,
            result.Connections,
            InvariantText.Format($"{result.Load.Throughput:N0}"),
            InvariantText.Of(result.Load.Latencies.At(50)),
            InvariantText.Of(result.Load.Latencies.At(99)),
            result.WaitsPerAnswer is { } waits ? InvariantText.Format($"{waits:0.00}") : "–",
            result.Threads is { } threads ? InvariantText.Format($"{threads}") : "–",
            InvariantText.Format($"{result.ProcessorPerAnswer.TotalMicroseconds:0.0} µs"),
            result.Load.FailureSentence,
        ]),
        "The client is one thread of this process; each server runs in its own process. "
            + $"They share {InvariantText.Count(Environment.ProcessorCount, "core")}. "
            + (SystemFeatures.ThreadAccounts
                ? "Waits: the voluntary context switches of all threads of the server."
                : "This system does not count the context switches of each thread."));

    private sealed record Turn(StandaloneServer Server, GeneratedLoad Load, SwitchCount? Switches, TimeSpan ProcessorTime);
}

/// <summary>One measurement of throughput.</summary>
/// <param name="Server">The server.</param>
/// <param name="Connections">The number of connections.</param>
/// <param name="Load">The result: the median of several turns.</param>
/// <param name="WaitsPerAnswer">
/// How often, for each answer, a thread of the server stopped to wait for something and had to be woken: its voluntary context
/// switches. Null if this system does not count them.
/// </param>
/// <param name="Threads">The most threads of the server that ran in any one turn; null if this system does not tell.</param>
/// <param name="ProcessorPerAnswer">The processor time of the server for each answer, over all cores.</param>
public sealed record ThroughputResult(
    StandaloneServer Server,
    int Connections,
    GeneratedLoad Load,
    double? WaitsPerAnswer,
    int? Threads,
    TimeSpan ProcessorPerAnswer);
