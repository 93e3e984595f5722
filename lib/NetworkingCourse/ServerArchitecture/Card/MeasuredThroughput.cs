using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The throughput of a server that runs in this process, where the code of a cell runs.</summary>
/// <param name="Architecture">The server's architecture.</param>
/// <param name="Connections">The number of connections; each carries one question at a time.</param>
/// <param name="Load">The result: the median of several turns.</param>
public sealed record MeasuredThroughput(Architecture Architecture, int Connections, GeneratedLoad Load)
{
    // The servers have been warmed up by what was measured before. One that does not answer costs no more than the timeout.
    private static readonly GeneratorOptions Turn = new()
    {
        WarmUp = TimeSpan.FromMilliseconds(30),
        Measured = TimeSpan.FromMilliseconds(100),
        Timeout = TimeSpan.FromSeconds(2),
    };

    /// <summary>Measures servers with no think time.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="connections">The numbers of connections; a server gets no more than it serves at once.</param>
    /// <param name="cancellation">Ends the measurement between two turns.</param>
    internal static async Task<IReadOnlyList<MeasuredThroughput>> MeasureAsync(
        IReadOnlyList<Server> servers, IReadOnlyList<int> connections, CancellationToken cancellation)
    {
        var turns = await ServerTurns.TakeAsync(servers, connections, async (server, max) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var load = await LoadGenerator.RunAsync(server.EndPoint, Turn with { Connections = max }).ConfigureAwait(false);
            return new MeasuredThroughput(server.Architecture, max, load);
        }).ConfigureAwait(false);
        return
        [
            .. turns.GroupBy(turn => (turn.Architecture, turn.Connections), turn => turn.Load)
                .Select(loads => new MeasuredThroughput(
                    loads.Key.Architecture, loads.Key.Connections, ServerTurns.Median(loads))),
        ];
    }

    /// <summary>A chart of answers per second against the number of connections.</summary>
    internal static Figure Chart(IReadOnlyList<MeasuredThroughput> results) => ThroughputByConnections.Draw(results.Select(
        result => (result.Architecture.Name, result.Architecture.Style, result.Connections, result.Load.Throughput)));
}
