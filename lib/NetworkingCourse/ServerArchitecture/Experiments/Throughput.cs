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

    // The servers of this process have been warmed up by what was measured before.
    private static readonly TimeSpan ShortWarmUp = TimeSpan.FromMilliseconds(30);

    private readonly bool _isApart;

    private Throughput(IReadOnlyList<ThroughputResult> results, bool isApart) => (Results, _isApart) = (results, isApart);

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

            return new Throughput(
                await TakeTurnsAsync(servers, connections, new GeneratorOptions { Measured = duration / Rounds }, default)
                    .ConfigureAwait(false),
                isApart: true);
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    /// <summary>Measures servers that run in this process, where the code of a cell runs.</summary>
    /// <param name="servers">The servers, with no think time.</param>
    /// <param name="connections">The numbers of connections; a server gets no more than it serves at once.</param>
    /// <param name="duration">The time for each server and number of connections, over all turns.</param>
    /// <param name="cancellation">Ends the measurement between two turns.</param>
    internal static async Task<Throughput> MeasureHereAsync(
        IReadOnlyList<Server> servers, IReadOnlyList<int> connections, TimeSpan duration, CancellationToken cancellation)
    {
        // A server that does not answer all of them costs no more than this, each time.
        var options = new GeneratorOptions
        {
            WarmUp = ShortWarmUp,
            Measured = duration / Rounds,
            Timeout = TimeSpan.FromSeconds(2),
        };
        return new Throughput(
            await TakeTurnsAsync(servers, connections, options, cancellation).ConfigureAwait(false), isApart: false);
    }

    private static async Task<IReadOnlyList<ThroughputResult>> TakeTurnsAsync(
        IReadOnlyList<ITarget> servers,
        IReadOnlyList<int> connections,
        GeneratorOptions turn,
        CancellationToken cancellation)
    {
        var turns = new List<(ITarget Server, GeneratedLoad Load)>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var count in connections)
            {
                foreach (var server in servers)
                {
                    var most = Math.Min(count, server.Architecture.MaxConnections(server.Options) ?? count);
                    cancellation.ThrowIfCancellationRequested();
                    var load = await LoadGenerator.RunAsync(server.EndPoint, turn with { Connections = most })
                        .ConfigureAwait(false);
                    turns.Add((server, load));
                }
            }
        }

        return
        [
            .. turns.GroupBy(turn => (turn.Server.Architecture, turn.Load.Connections))
                .Select(same => new ThroughputResult(
                    same.Key.Architecture,
                    same.Key.Connections,
                    same.Select(turn => turn.Load).OrderBy(load => load.Throughput).ElementAt(same.Count() / 2))),
        ];
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
        (_isApart
            ? "The client is one thread of this process; each server runs in its own process. "
            : "The client is one thread of this process, in which the servers run, too. ")
            + InvariantText.Format($"They share {Environment.ProcessorCount} cores."));
}

/// <summary>One measurement of throughput.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Connections">The number of connections.</param>
/// <param name="Load">The result: the median of several turns.</param>
public sealed record ThroughputResult(Architecture Architecture, int Connections, GeneratedLoad Load);
