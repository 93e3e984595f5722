using System.Diagnostics;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The result of running clients against a server: each client's record, the server's events, and the prediction of theory.
/// </summary>
public sealed class Run : Shown
{
    private const int RowsShown = 20;
    private readonly Latencies _latencies;

    internal Run(
        Server server,
        int questions,
        long began,
        IReadOnlyList<ClientRecord> records,
        Prediction prediction,
        IReadOnlyList<ServerEvent> events)
    {
        (Architecture, Options, Questions, Clients, Prediction) =
            (server.Architecture, server.Options, questions, records, prediction);
        (Began, Events) = (began, events);
        _latencies = new Latencies(records.Select(record => record.Latency).OfType<TimeSpan>());
    }

    private Run(Run other)
    {
        (Architecture, Options, Questions, Clients, Prediction) =
            (other.Architecture, other.Options, other.Questions, other.Clients, other.Prediction);
        (Began, Events, _latencies) = (other.Began, other.Events, other._latencies);
    }

    /// <summary>The server's architecture.</summary>
    public Architecture Architecture { get; }

    /// <summary>The server's options during the run.</summary>
    public ServerOptions Options { get; }

    /// <summary>How many questions each client asked.</summary>
    public int Questions { get; }

    /// <summary>One record per client, in starting order.</summary>
    public IReadOnlyList<ClientRecord> Clients { get; }

    /// <summary>The prediction of theory.</summary>
    public Prediction Prediction { get; }

    /// <summary>The latencies of the clients that got all their answers, from the shortest to the longest.</summary>
    public IReadOnlyList<TimeSpan> Latencies => _latencies.Sorted;

    /// <summary>The number of clients that got all their answers.</summary>
    public int Answered => _latencies.Count;

    /// <summary>
    /// The time from the first start to the last answer, among the clients that got all their answers; zero if none did.
    /// </summary>
    public TimeSpan Makespan => Served.Any() ? Served.Max(c => c.Answers[^1]) - Served.Min(c => c.Started) : TimeSpan.Zero;

    /// <summary>The mean latency; zero if no client was answered.</summary>
    public TimeSpan MeanLatency => _latencies.Mean;

    /// <summary>The latency that a given share of the clients did not exceed; zero if no client was answered.</summary>
    /// <param name="share">
    /// The share, from 0 to 1: 0.99 for the 99th percentile. Uses the nearest rank, without interpolation.
    /// </param>
    public TimeSpan Quantile(double share) => _latencies.Quantile(share);

    /// <summary>The server's events that concern these clients.</summary>
    internal IReadOnlyList<ServerEvent> Events { get; }

    /// <summary>What the learner predicted for this run.</summary>
    internal IReadOnlyList<Guess> Guesses { get; private init; } = [];

    private IEnumerable<ClientRecord> Served => Clients.Where(client => client.Latency is not null);

    /// <summary>When the run began, in ticks of <see cref="Stopwatch"/>.</summary>
    internal long Began { get; }

    /// <summary>
    /// The same run beside what you predicted: the table has a column for it, the chart a mark, and a sentence says how far off
    /// each prediction was.
    /// </summary>
    /// <param name="guesses">Predictions made by <see cref="Predict.Latency"/>; those without a value show nothing.</param>
    /// <exception cref="ArgumentException">A prediction is not one of a client's latency.</exception>
    public Run With(params IReadOnlyList<Guess> guesses)
    {
        ArgumentNullException.ThrowIfNull(guesses);
        return guesses.FirstOrDefault(guess => guess.Client is null) is { } other
            ? throw new ArgumentException(
                $"A run shows predictions made by Predict.Latency, not of {other.What}.", nameof(guesses))
            : new Run(this) { Guesses = [.. guesses.Where(guess => guess.Value is not null)] };
    }

    /// <summary>A chart of each client's latency and its prediction.</summary>
    public Figure Chart() => LatencyByClient.Draw([this]);

    /// <summary>A timeline of when each client waited and was served: one row per client, drawn to scale.</summary>
    public Figure Timeline() => Timelines.Draw([this]);

    /// <summary>A timeline of what each worker did: one row per worker, drawn to scale.</summary>
    public Figure WorkerTimeline() => Timelines.ByWorker(this);

    /// <inheritdoc/>
    protected override IShown ShownAs => AsTable();

    /// <summary>
    /// A one-line summary: <c>sequential: 3 of 3 clients answered, the last after 3.01 s (predicted 3.00 s: +0.2 %)</c>.
    /// </summary>
    public override string ToString()
    {
        var bound = Prediction.IsBound ? "at best " : "predicted ";
        var outcome = Answered == 0
            ? ""
            : $", the last after {InvariantText.Of(Makespan)} "
                + $"({bound}{InvariantText.Of(Prediction.Makespan)}{Distance(Makespan, Prediction.Makespan)})";
        return InvariantText.Format($"{Architecture.Name}: {Answered:N0} of ")
            + $"{InvariantText.Count(Clients.Count, "client")} answered{outcome}";
    }

    private Table AsTable()
    {
        // Theory predicts the latency of the k-th client served, which need not be the k-th to start.
        var served = Clients
            .OrderBy(c => c.Latency is null)
            .ThenBy(c => c.Answers.Count > 0 ? c.Answers[^1] : TimeSpan.MaxValue)
            .ToList();
        var rows = served.Take(RowsShown).Select(IReadOnlyList<object?> (client, i) =>
        [
            i + 1,
            client.Number,
            client.Port == 0 ? "" : InvariantText.Format($":{client.Port}"),
            Milliseconds(client.Started),
            Milliseconds(client.Connected),
            client.Failure ?? Milliseconds(client.Latency),
            Milliseconds(Prediction.Latencies[i]),
            client.Latency is { } latency ? Difference(latency, Prediction.Latencies[i]) : "",
            .. Guesses.Count == 0 ? (object?[])[] : [GuessFor(i + 1)],
        ]);
        var more = served.Count > RowsShown
            ? InvariantText.Format($" (The first {RowsShown} of {served.Count:N0} are shown.)")
            : "";
        return new Table(
            [
                "served",
                "client",
                "port",
                "started (ms)",
                "connected (ms)",
                "latency (ms)",
                Prediction.IsBound ? "at best (ms)" : "predicted (ms)",
                "difference",
                .. Guesses.Count == 0 ? (string[])[] : ["your prediction (ms)"],
            ],
            rows,
            $"{this}.{ClaimOfOwn.Contradiction(this)}{About(Guesses)}{more}");
    }

    private string About(IEnumerable<Guess> guesses) =>
        string.Concat(guesses.Select(guess => GuessedLatency.Sentence(this, guess)));

    private string GuessFor(int client) =>
        Guesses.FirstOrDefault(guess => guess.Client == client)?.Value is { } seconds
            ? Milliseconds(TimeSpan.FromSeconds(seconds))
            : "";

    private static string Milliseconds(TimeSpan? time) =>
        time is { } known ? InvariantText.Format($"{known.TotalMilliseconds:F1}") : "never";

    private static string Difference(TimeSpan measured, TimeSpan predicted) =>
        predicted > TimeSpan.Zero ? InvariantText.Difference(measured / predicted) : "";

    private static string Distance(TimeSpan measured, TimeSpan predicted) =>
        predicted > TimeSpan.Zero ? ": " + Difference(measured, predicted) : "";
}
