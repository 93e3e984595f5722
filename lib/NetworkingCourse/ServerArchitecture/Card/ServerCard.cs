using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A server of your own, put through everything and compared with those of the course: the faults it survives, its latency, its
/// throughput, and its threads. The card can be saved as a page, to be kept and shown to others.
/// </summary>
public sealed class ServerCard : Shown
{
    private static readonly TimeSpan Think = TimeSpan.FromMilliseconds(20);

    private ServerCard(Architecture architecture, FaultMatrix faults) => (Architecture, Faults) = (architecture, faults);

    /// <summary>The architecture whose card this is.</summary>
    public Architecture Architecture { get; }

    /// <summary>How the server dealt with faulty and well-behaved clients.</summary>
    public FaultMatrix Faults { get; }

    /// <summary>Its latency with more and more clients, beside the others; null if it serves no polite client.</summary>
    public Sweep? Sweep { get; private init; }

    /// <summary>Its throughput, beside the others; empty if it serves no polite client.</summary>
    public IReadOnlyList<MeasuredThroughput> Throughput { get; private init; } = [];

    /// <summary>The threads that it needs, beside the others; empty if it serves no polite client.</summary>
    public IReadOnlyList<ThreadCost> Threads { get; private init; } = [];

    /// <summary>
    /// Its place among all that were measured, by throughput on the largest number of connections that each serves: 1 for the
    /// fastest, 0 if it serves no polite client.
    /// </summary>
    public int Place => Throughput.Count == 0 ? 0 : 1 + Fastest.Values.Count(other => other > Fastest[Architecture]);

    /// <summary>The throughput of each architecture on the largest number of connections, in answers per second.</summary>
    internal IReadOnlyDictionary<Architecture, double> Fastest => Throughput
        .GroupBy(result => result.Architecture)
        .ToDictionary(results => results.Key, results => results.MaxBy(result => result.Connections)!.Load.Throughput);

    /// <summary>Where and when it was measured.</summary>
    public Provenance Made { get; } = Provenance.Here();

    /// <summary>The numbers of clients that arrive together, from which <see cref="Sweep"/> is made.</summary>
    internal static IReadOnlyList<int> Clients { get; } = [1, 10, 100];

    /// <summary>The numbers of connections at which <see cref="Throughput"/> is measured.</summary>
    internal static IReadOnlyList<int> Connections { get; } = [1, 64];

    /// <summary>Puts servers of an architecture through everything. All run in this process, one after the other.</summary>
    /// <param name="architecture">The architecture, for example one of your own.</param>
    /// <param name="beside">The architectures to compare it with; by default, all of the course.</param>
    /// <param name="progress">Called with what has just been done; for example <c>Console.WriteLine</c>.</param>
    /// <param name="cancellation">Stops the servers and ends the measurements.</param>
    public static async Task<ServerCard> MakeAsync(
        Architecture architecture,
        IReadOnlyList<Architecture>? beside = null,
        Action<string>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var faults = await FaultMatrix.RunAsync([architecture], progress: null, cancellation).ConfigureAwait(false);
        progress?.Invoke($"Faults: {faults}");
        if (!faults.Results[architecture.Name].Any(result => result is { Fault: null, Passed: true }))
        {
            return new ServerCard(architecture, faults);
        }

        Architecture[] all = [.. (beside ?? Architecture.All).Where(other => other != architecture), architecture];
        var sweep = await Sweep.RunAsync(Clients, Think, architectures: all, cancellation: cancellation).ConfigureAwait(false);
        progress?.Invoke("Latency: " + string.Join(
            ", ",
            sweep.Runs.Where(run => run.Architecture == architecture)
                .Select(run => InvariantText.Format($"{run.Clients.Count} at once in {InvariantText.Of(run.Makespan)}"))));
        var threads = new List<ThreadCost>();
        foreach (var one in all.Where(one => !one.WorkersAreProcesses))
        {
            threads.Add(await ThreadCost.MeasureAsync(one, cancellation).ConfigureAwait(false));
        }

        progress?.Invoke($"Threads: {threads[^1]}");
        // Clients that a server does not serve at once would only be waited for.
        IReadOnlyList<int> connections = threads[^1].Threads is null ? [1] : Connections;
        var throughput = await MeasureThroughputAsync(all, connections, progress, cancellation).ConfigureAwait(false);
        return new ServerCard(architecture, faults) { Sweep = sweep, Throughput = throughput, Threads = threads };
    }

    /// <summary>Saves the card as a page of its own, with its charts, that needs nothing else.</summary>
    /// <param name="path">The file, for example <c>my-server.html</c>. A file of that name is replaced.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public string Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.WriteText(path, FigurePage.Standalone(ToString(), ToHtml()));
        return Path.GetFullPath(path);
    }

    /// <inheritdoc/>
    public override string ToHtml() => new ServerCardView(this).ToHtml();

    /// <inheritdoc/>
    public override string ToText() => new ServerCardView(this).ToText();

    /// <summary>The architecture and what it survives, in one line.</summary>
    public override string ToString() => $"Server card: {Faults}";

    private static async Task<IReadOnlyList<MeasuredThroughput>> MeasureThroughputAsync(
        Architecture[] all, IReadOnlyList<int> connections, Action<string>? progress, CancellationToken cancellation)
    {
        var servers = new List<Server>();
        try
        {
            foreach (var architecture in all)
            {
                servers.Add(architecture.Start(new ServerOptions { Name = $"{architecture.Name}, for a card" }));
            }

            var throughput = await MeasuredThroughput.MeasureAsync(servers, connections, cancellation).ConfigureAwait(false);
            progress?.Invoke("Throughput: " + string.Join(
                ", ",
                throughput.Where(result => result.Architecture == all[^1])
                    .Select(result => InvariantText.Format(
                        $"{result.Load.Throughput:N0} answers per second ({result.Connections} at once)"))));
            return throughput;
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.StopAsync(TimeSpan.Zero))).ConfigureAwait(false);
        }
    }
}
