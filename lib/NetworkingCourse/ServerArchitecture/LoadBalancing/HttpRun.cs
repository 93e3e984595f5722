using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The results of a run of HTTP requests: the outcome of each one, and the actions performed during the run.</summary>
public sealed class HttpRun : Shown
{
    internal HttpRun(
        string routingPolicy, IReadOnlyList<string> origins, int clients, IReadOnlyList<HttpAnswer> answers,
        IReadOnlyList<(TimeSpan At, string What)> moments) =>
        (RoutingPolicy, Origins, Clients, Answers, Moments) = (routingPolicy, origins, clients, answers, moments);

    /// <summary>How the requests were routed to origins, for example <c>balancer, round robin</c>.</summary>
    public string RoutingPolicy { get; }

    /// <summary>The names of the origins that could have answered.</summary>
    public IReadOnlyList<string> Origins { get; }

    /// <summary>The number of clients that sent the requests.</summary>
    public int Clients { get; }

    /// <summary>The outcome of each request, in order of request numbers.</summary>
    public IReadOnlyList<HttpAnswer> Answers { get; }

    /// <summary>The actions performed during the run, with their times relative to its beginning.</summary>
    public IReadOnlyList<(TimeSpan At, string What)> Moments { get; }

    /// <summary>The requests that did not succeed.</summary>
    public IReadOnlyList<HttpAnswer> Failures => [.. Answers.Where(answer => !answer.Succeeded)];

    /// <summary>The time from the beginning of the run to the last answer.</summary>
    public TimeSpan Duration => Answers.Max(answer => answer.Due + answer.Latency);

    /// <summary>The number of requests answered per second, over the whole run.</summary>
    public double Throughput => Answers.Count(answer => answer.Succeeded) / Duration.TotalSeconds;

    /// <summary>The mean latency of the requests that succeeded; zero if none did.</summary>
    public TimeSpan MeanLatency =>
        Answers
            .Where(answer => answer.Succeeded)
            .Select(answer => answer.Latency.TotalSeconds)
            .DefaultIfEmpty(0)
            .Average() is var mean
            ? TimeSpan.FromSeconds(mean)
            : TimeSpan.Zero;

    /// <summary>The number of requests that an origin answered.</summary>
    /// <param name="origin">The origin's name.</param>
    public int From(string origin) => Answers.Count(answer => answer.Succeeded && answer.Origin == origin);

    /// <summary>An origin's share of the requests answered, from 0 to 1.</summary>
    /// <param name="origin">The origin's name.</param>
    public double Share(string origin) => (double)From(origin) / Math.Max(1, Answers.Count(answer => answer.Succeeded));

    /// <summary>A chart of the requests answered by each origin over time, with failures and the actions performed.</summary>
    public Figure Chart() => RequestsOverTime.Draw(this);

    /// <summary>A chart of each request's latency over time.</summary>
    public Figure Latencies() => LatencyOverTime.Draw(this);

    /// <inheritdoc/>
    protected override IShown ShownAs => AsTable();

    /// <summary>
    /// The results as a single line: <c>balancer, round robin: 300 requests, 300 answered (A 200, B 100), 0 failed</c>.
    /// </summary>
    public override string ToString()
    {
        var shares = string.Join(", ", Origins.Select(origin => InvariantText.Format($"{origin} {From(origin)}")));
        var answered = Answers.Count - Failures.Count;
        return $"{RoutingPolicy}: {InvariantText.Count(Answers.Count, "request")}, "
            + InvariantText.Format($"{answered} answered ({shares}), {Failures.Count} failed");
    }

    private Table AsTable()
    {
        var succeeded = Origins.Select(IReadOnlyList<object?> (origin) =>
            Row(origin, [.. Answers.Where(answer => answer.Succeeded && answer.Origin == origin)]));
        var failed = Failures
            .GroupBy(Outcome)
            .OrderByDescending(group => group.Count())
            .Select(IReadOnlyList<object?> (group) => Row(group.Key, [.. group]));
        return new Table(
            ["answered by", "requests", "share", "median latency (ms)", "longest (ms)"], succeeded.Concat(failed), $"{this}.");
    }

    private static string Outcome(HttpAnswer failure) =>
        failure.Status is { } status ? InvariantText.Format($"no origin: {status}") : $"no origin: {failure.Text}";

    private object?[] Row(string who, HttpAnswer[] answers)
    {
        var latencies = answers.Select(answer => answer.Latency.TotalMilliseconds).Order().ToArray();
        return latencies.Length == 0
            ? [who, 0, "0 %", "", ""]
            :
            [
                who, latencies.Length, InvariantText.Format($"{100.0 * latencies.Length / Answers.Count:0.#} %"),
                InvariantText.Format($"{latencies[latencies.Length / 2]:F1}"), InvariantText.Format($"{latencies[^1]:F1}"),
            ];
    }
}
