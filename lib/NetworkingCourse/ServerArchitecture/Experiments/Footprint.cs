using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What an architecture costs before it has answered anybody, and what each connection costs that is held open: start-up time, threads, memory.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Footprint : IShown
{
    private Footprint(IReadOnlyList<FootprintResult> results) => Results = results;

    /// <summary>One for each architecture.</summary>
    public IReadOnlyList<FootprintResult> Results { get; }

    /// <summary>Measures each architecture in a process of its own: at rest, and with connections that have asked once and are held open.</summary>
    /// <param name="connections">How many connections; where an architecture needs a worker for each, as many as it has workers.</param>
    /// <param name="workers">How many workers, in the architectures that have a fixed number.</param>
    /// <param name="architectures">Which; all of them unless told otherwise.</param>
    public static async Task<Footprint> MeasureAsync(int connections, int workers = 8, IReadOnlyList<Architecture>? architectures = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(connections, 1);
        var options = new ServerOptions { Workers = workers, QuestionDeadline = TimeSpan.FromMinutes(10), ConnectionLimit = connections + 100 };
        var results = new List<FootprintResult>();
        foreach (var architecture in architectures ?? Architecture.All)
        {
            await using var server = await StandaloneServer.StartAsync(architecture, options).ConfigureAwait(false);
            var most = Math.Min(connections, architecture.AtOnce(options, connections));
            await using (await IdleConnections.OpenAsync(server, Math.Min(most, workers)).ConfigureAwait(false))
            {
                // Not counted: what is loaded and compiled for the first connections is not theirs.
            }

            var atRest = await server.ResourcesAsync().ConfigureAwait(false);
            await using var held = await IdleConnections.OpenAsync(server, most).ConfigureAwait(false);
            results.Add(new FootprintResult(architecture, server.StartUp, atRest, most, await server.ResourcesAsync().ConfigureAwait(false)));
        }

        return new Footprint(results);
    }

    /// <summary>Start-up time, threads and memory side by side.</summary>
    public Figure Chart() => CostByArchitecture.Draw(this);

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <summary>A line for each architecture.</summary>
    public override string ToString() => AsTable().ToString();

    private Table AsTable() => new(
        ["architecture", "start-up", "threads at rest", "memory at rest (MiB)", "connections held", "threads then", "memory then (MiB)", "memory a connection (KiB)"],
        Results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Architecture.Name, InvariantText.Of(result.StartUp), result.AtRest.Threads, MiB(result.AtRest.Memory), result.Connections,
            result.Loaded.Threads, MiB(result.Loaded.Memory), result.MemoryPerConnection is { } bytes ? InvariantText.Format($"{bytes / 1024:0.0}") : "",
        ]),
        "Each in a process of its own, worker processes included. Memory is the working set; of several processes the sum, which counts what they share once for each. A start-up is from the start of the process until clients can connect. Where an architecture holds fewer than a hundred connections, their price is not told from noise, and is left out.");

    private static string MiB(long bytes) => InvariantText.Format($"{bytes / 1048576.0:0.0}");
}

/// <summary>What one architecture costs.</summary>
/// <param name="Architecture">Which.</param>
/// <param name="StartUp">From the start of its process until clients could connect.</param>
/// <param name="AtRest">What it held with no connection open.</param>
/// <param name="Connections">How many connections were held open then.</param>
/// <param name="Loaded">What it held with them.</param>
public sealed record FootprintResult(Architecture Architecture, TimeSpan StartUp, Resources AtRest, int Connections, Resources Loaded)
{
    // Memory is handed out in pages, and what a process does besides would be taken for the price of a handful of connections.
    private const int FewestThatTell = 100;

    /// <summary>What a connection adds to the memory in use, in bytes; null where too few were held to tell.</summary>
    public double? MemoryPerConnection => Connections >= FewestThatTell ? (double)(Loaded.Memory - AtRest.Memory) / Connections : null;
}
