using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Measures how many questions per second an architecture answers with no think time, against the number of connections.
/// </summary>
public sealed class Throughput : Shown
{
    // The architectures take turns, so that other activity on the machine affects all of them alike.
    private const int Rounds = 3;

    private Throughput(IReadOnlyList<ThroughputResult> results) => Results = results;

    /// <summary>One result per architecture and number of connections.</summary>
    public IReadOnlyList<ThroughputResult> Results { get; }

    /// <summary>Measures each architecture in its own process. They take several turns each, and the median counts.</summary>
    /// <param name="connections">The numbers of connections; each connection carries one question at a time.</param>
    /// <param name="duration">The time for each architecture and number of connections, over all turns.</param>
    /// <param name="architectures">
    /// The architectures to measure. Those that need a worker for each connection get enough workers.
    /// </param>
    public static async Task<Throughput> MeasureAsync(
        IReadOnlyList<int> connections, TimeSpan duration, params IReadOnlyList<Architecture> architectures)
    {
        ArgumentNullException.ThrowIfNull(connections);
        ArgumentOutOfRangeException.ThrowIfZero(connections.Count, nameof(connections));
        ArgumentOutOfRangeException.ThrowIfZero(architectures.Count);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var options = new ServerOptions { Workers = Math.Max(4, connections.Max()) };
        var servers = new List<StandaloneServer>();
        try
        {
            foreach (var architecture in architectures)
            {
                servers.Add(await StandaloneServer.StartAsync(architecture, options).ConfigureAwait(false));
            }

            var turns = new List<(StandaloneServer Server, GeneratedLoad Load)>();
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var count in connections)
                {
                    foreach (var server in servers)
                    {
                        var most = Math.Min(count, server.Architecture.MaxConnections(options) ?? count);
                        turns.Add((
                            server,
                            await LoadGenerator.RunAsync(server.EndPoint, most, duration / Rounds).ConfigureAwait(false)));
                    }
                }
            }

            return new Throughput(
            [
                .. turns.GroupBy(turn => (turn.Server.Architecture, turn.Load.Connections))
                    .Select(same => new ThroughputResult(
                        same.Key.Architecture,
                        same.Key.Connections,
                        same.Select(turn => turn.Load).OrderBy(load => load.Throughput).ElementAt(same.Count() / 2))),
            ]);
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    /// <summary>A chart of answers per second against the number of connections.</summary>
    public Figure Chart() => ThroughputByConnections.Draw(this);

    /// <inheritdoc/>
    public override string ToHtml() => AsTable().ToHtml();

    /// <summary>One line per measurement.</summary>
    public override string ToString() => AsTable().ToString();

    private Table AsTable() => new(
        ["architecture", "connections", "answers per second", "median", "99 % within", "failed"],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Architecture.Name,
            result.Connections,
            InvariantText.Format($"{result.Load.Throughput:N0}"),
            InvariantText.Of(result.Load.Latencies.At(50)),
            InvariantText.Of(result.Load.Latencies.At(99)),
            result.Load.FailureSentence,
        ]),
        "The client is one thread of this process; each server runs in its own process. "
            + InvariantText.Format($"They share {Environment.ProcessorCount} cores."));
}

/// <summary>One measurement of throughput.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Connections">The number of connections.</param>
/// <param name="Load">The result: the median of several turns.</param>
public sealed record ThroughputResult(Architecture Architecture, int Connections, GeneratedLoad Load);
