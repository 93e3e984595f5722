using System.Diagnostics;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What came of sending clients at a server: each client's record, the server's events, and what theory predicted.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class Run : IShown
{
    private const int RowsShown = 20;
    private readonly Latencies _latencies;

    internal Run(Server server, int questions, long began, IReadOnlyList<ClientRecord> records, Prediction prediction, IReadOnlyList<ServerEvent> events)
    {
        (Architecture, Options, Questions, Clients, Prediction) = (server.Architecture, server.Options, questions, records, prediction);
        (Began, Events) = (began, events);
        _latencies = new Latencies(records.Select(record => record.Latency).OfType<TimeSpan>());
    }

    /// <summary>The server's architecture.</summary>
    public Architecture Architecture { get; }

    /// <summary>The server's options at the time.</summary>
    public ServerOptions Options { get; }

    /// <summary>How many questions each client asked.</summary>
    public int Questions { get; }

    /// <summary>One record a client, in the order of their starting.</summary>
    public IReadOnlyList<ClientRecord> Clients { get; }

    /// <summary>What theory says.</summary>
    public Prediction Prediction { get; }

    /// <summary>The latencies of the clients that got all their answers, from the shortest to the longest.</summary>
    public IReadOnlyList<TimeSpan> Latencies => _latencies.Sorted;

    /// <summary>How many clients got all their answers.</summary>
    public int Answered => _latencies.Count;

    /// <summary>From the first start to the last answer, among the clients that got all their answers; zero if nobody did.</summary>
    public TimeSpan Makespan => Served.Any() ? Served.Max(c => c.Answers[^1]) - Served.Min(c => c.Started) : TimeSpan.Zero;

    /// <summary>The mean latency; zero if nobody was answered.</summary>
    public TimeSpan MeanLatency => _latencies.Mean;

    /// <summary>The latency that a share of the clients did not exceed; zero if nobody was answered.</summary>
    /// <param name="share">From 0 to 1: 0.99 for the 99th percentile. The nearest rank is taken, nothing is interpolated.</param>
    public TimeSpan Quantile(double share) => _latencies.Quantile(share);

    /// <summary>The server's events that concern these clients.</summary>
    internal IReadOnlyList<ServerEvent> Events { get; }

    private IEnumerable<ClientRecord> Served => Clients.Where(client => client.Latency is not null);

    /// <summary>When the run began, in ticks of <see cref="Stopwatch"/>.</summary>
    internal long Began { get; }

    /// <summary>Each client's latency beside its prediction, as a chart.</summary>
    public Figure Chart() => LatencyByClient.Draw([this]);

    /// <summary>Who waited and who was served, when: a row a client, to scale.</summary>
    public Figure Timeline() => Timelines.Draw([this]);

    /// <summary>What each worker did, when: a row a worker, to scale.</summary>
    public Figure WorkerTimeline() => Timelines.ByWorker(this);

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public string ToText() => AsTable().ToString();

    /// <summary>What happened, in one line: <c>sequential: 3 of 3 clients answered, the last after 3.01 s (predicted 3.00 s: +0.2 %)</c>.</summary>
    public override string ToString()
    {
        var bound = Prediction.IsBound ? "at best " : "predicted ";
        var outcome = Answered == 0
            ? ""
            : InvariantText.Format($", the last after {InvariantText.Of(Makespan)} ({bound}{InvariantText.Of(Prediction.Makespan)}{Distance(Makespan, Prediction.Makespan)})");
        return InvariantText.Format($"{Architecture.Name}: {Answered:N0} of {Clients.Count:N0} clients answered{outcome}");
    }

    private Table AsTable()
    {
        // Theory speaks of the k-th to be served, which need not be the k-th to start.
        var served = Clients.OrderBy(c => c.Latency is null).ThenBy(c => c.Answers.Count > 0 ? c.Answers[^1] : TimeSpan.MaxValue).ToList();
        var rows = served.Take(RowsShown).Select(IReadOnlyList<object?> (client, i) =>
        [
            i + 1, client.Number, client.Port == 0 ? "" : InvariantText.Format($":{client.Port}"), Milliseconds(client.Started), Milliseconds(client.Connected),
            client.Failure ?? Milliseconds(client.Latency), Milliseconds(Prediction.Latencies[i]),
            client.Latency is { } latency ? Difference(latency, Prediction.Latencies[i]) : "",
        ]);
        var more = served.Count > RowsShown ? InvariantText.Format($" (The first {RowsShown} of {served.Count:N0} are shown.)") : "";
        return new Table(
            ["served", "client", "port", "started (ms)", "connected (ms)", "latency (ms)", Prediction.IsBound ? "at best (ms)" : "predicted (ms)", "difference"],
            rows, $"{this}.{more}");
    }

    private static string Milliseconds(TimeSpan? time) => time is { } known ? InvariantText.Format($"{known.TotalMilliseconds:F1}") : "never";

    private static string Difference(TimeSpan measured, TimeSpan predicted) =>
        predicted > TimeSpan.Zero ? InvariantText.Difference(measured / predicted) : "";

    private static string Distance(TimeSpan measured, TimeSpan predicted) =>
        predicted > TimeSpan.Zero ? ": " + Difference(measured, predicted) : "";
}
