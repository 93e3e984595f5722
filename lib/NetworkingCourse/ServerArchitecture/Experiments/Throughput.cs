using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>How many questions a second an architecture answers that need no thinking, against the number of connections that ask.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Throughput : IShown
{
    // In turns, so that whatever else the machine does meanwhile hits all alike.
    private const int Rounds = 3;

    private Throughput(IReadOnlyList<ThroughputResult> results) => Results = results;

    /// <summary>One for each architecture and number of connections.</summary>
    public IReadOnlyList<ThroughputResult> Results { get; }

    /// <summary>Measures each architecture in a process of its own; in turns, several times, of which the middle one counts.</summary>
    /// <param name="connections">The numbers of connections, one question at a time on each.</param>
    /// <param name="duration">For how long each architecture is measured at each number, all turns together.</param>
    /// <param name="architectures">Which. Those that need a worker for each connection get so many.</param>
    public static async Task<Throughput> MeasureAsync(IReadOnlyList<int> connections, TimeSpan duration, params IReadOnlyList<Architecture> architectures)
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
                        turns.Add((server, await LoadGenerator.RunAsync(server.EndPoint, most, duration / Rounds).ConfigureAwait(false)));
                    }
                }
            }

            return new Throughput(
            [
                .. turns.GroupBy(turn => (turn.Server.Architecture, turn.Load.Connections))
                    .Select(same => new ThroughputResult(same.Key.Architecture, same.Key.Connections, same.Select(turn => turn.Load).OrderBy(load => load.Throughput).ElementAt(same.Count() / 2))),
            ]);
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    /// <summary>Answers a second against connections.</summary>
    public Figure Chart() => ThroughputByConnections.Draw(this);

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <summary>A line for each measurement.</summary>
    public override string ToString() => AsTable().ToString();

    private Table AsTable() => new(
        ["architecture", "connections", "answers a second", "half within", "99 % within", "failed"],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Architecture.Name, result.Connections, InvariantText.Format($"{result.Load.Throughput:N0}"), InvariantText.Of(result.Load.Latencies.At(50)), InvariantText.Of(result.Load.Latencies.At(99)),
            result.Load.FailureSentence,
        ]),
        InvariantText.Format($"The client is one thread of this process, each server a process of its own; they share {Environment.ProcessorCount} cores."));
}

/// <summary>One measurement of throughput.</summary>
/// <param name="Architecture">Which.</param>
/// <param name="Connections">How many connections asked.</param>
/// <param name="Load">What came of it: the middle one of several turns.</param>
public sealed record ThroughputResult(Architecture Architecture, int Connections, GeneratedLoad Load);
