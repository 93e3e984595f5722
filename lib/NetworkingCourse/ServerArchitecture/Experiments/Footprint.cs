using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Measures the cost of an architecture at rest, and of each connection that it holds open: start-up time, threads and memory.
/// </summary>
public sealed class Footprint : Shown
{
    private Footprint(IReadOnlyList<FootprintResult> results) => Results = results;

    /// <summary>One result per architecture.</summary>
    public IReadOnlyList<FootprintResult> Results { get; }

    /// <summary>
    /// Measures each architecture in its own process: at rest, and with open connections that have each asked one question.
    /// </summary>
    /// <param name="connections">
    /// The number of connections; an architecture that needs a worker for each gets as many as it has workers.
    /// </param>
    /// <param name="workers">The number of workers, in architectures that have a fixed number.</param>
    /// <param name="architectures">The architectures to measure; all by default.</param>
    public static async Task<Footprint> MeasureAsync(
        int connections, int workers = 8, IReadOnlyList<Architecture>? architectures = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(connections, 1);
        var options = new ServerOptions
        {
            Workers = workers,
            QuestionDeadline = TimeSpan.FromMinutes(10),
            ConnectionLimit = connections + 100,
        };
        var results = new List<FootprintResult>();
        foreach (var architecture in architectures ?? Architecture.All)
        {
            await using var server = await StandaloneServer.StartAsync(architecture, options).ConfigureAwait(false);
            var max = Math.Min(connections, architecture.AtOnce(options, connections));
            await using (await IdleConnections.OpenAsync(server, Math.Min(max, workers)).ConfigureAwait(false))
            {
                // Warm-up: the code loaded and compiled for the first connections is not part of their cost.
            }

            var atRest = await server.ResourcesAsync().ConfigureAwait(false);
            await using var held = await IdleConnections.OpenAsync(server, max).ConfigureAwait(false);
            results.Add(new FootprintResult(
                architecture, server.StartUp, atRest, max, await server.ResourcesAsync().ConfigureAwait(false)));
        }

        return new Footprint(results);
    }

    /// <summary>A chart of start-up time, threads and memory, side by side.</summary>
    public Figure Chart() => CostByArchitecture.Draw(this);

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "architecture",
            "start-up",
            "threads at rest",
            "memory at rest (MiB)",
            "connections held",
            "threads then",
            "memory then (MiB)",
            "memory a connection (KiB)",
        ],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Architecture.Name,
            InvariantText.Of(result.StartUp),
            result.AtRest.Threads,
            MiB(result.AtRest.Memory),
            result.Connections,
            result.Loaded.Threads,
            MiB(result.Loaded.Memory),
            result.MemoryPerConnection is { } bytes ? InvariantText.Format($"{bytes / 1024:0.0}") : "",
        ]),
        "Each server runs in its own process; worker processes are included. "
            + "Memory is the working set, summed over all processes, so pages that they share are counted once per process. "
            + "The start-up time is from the start of the process until clients can connect. "
            + "With fewer than a hundred connections, their memory cannot be told from noise, and is left out.");

    private static string MiB(long bytes) => InvariantText.Format($"{bytes / 1048576.0:0.0}");
}

/// <summary>The cost of one architecture.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="StartUp">The time from the start of its process until clients could connect.</param>
/// <param name="AtRest">The resources in use with no connection open.</param>
/// <param name="Connections">The number of connections held open after that.</param>
/// <param name="Loaded">The resources in use with those connections open.</param>
public sealed record FootprintResult(
    Architecture Architecture, TimeSpan StartUp, Resources AtRest, int Connections, Resources Loaded)
{
    // Memory is allocated in pages, and with only a few connections the process's other
    // activity would be mistaken for their cost.
    private const int FewestThatTell = 100;

    /// <summary>The memory that each connection adds, in bytes; null if too few were held to tell.</summary>
    public double? MemoryPerConnection =>
        Connections >= FewestThatTell ? (double)(Loaded.Memory - AtRest.Memory) / Connections : null;
}
