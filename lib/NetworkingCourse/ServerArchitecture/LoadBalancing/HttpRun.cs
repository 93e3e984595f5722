using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What came of sending HTTP requests: each one's answer, and what was done meanwhile.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class HttpRun : IShown
{
    internal HttpRun(string routingPolicy, IReadOnlyList<string> origins, int clients, IReadOnlyList<HttpAnswer> answers, IReadOnlyList<(TimeSpan At, string What)> moments) =>
        (RoutingPolicy, Origins, Clients, Answers, Moments) = (routingPolicy, origins, clients, answers, moments);

    /// <summary>How the requests found their routingPolicy: <c>balancer, round robin</c>.</summary>
    public string RoutingPolicy { get; }

    /// <summary>The names of the origins that could have answered.</summary>
    public IReadOnlyList<string> Origins { get; }

    /// <summary>How many clients sent them.</summary>
    public int Clients { get; }

    /// <summary>One a request, in the order of their numbers.</summary>
    public IReadOnlyList<HttpAnswer> Answers { get; }

    /// <summary>What was done meanwhile, and when, counted from when the run began.</summary>
    public IReadOnlyList<(TimeSpan At, string What)> Moments { get; }

    /// <summary>Those that did not succeed.</summary>
    public IReadOnlyList<HttpAnswer> Failures => [.. Answers.Where(answer => !answer.Succeeded)];

    /// <summary>From the beginning until the last answer.</summary>
    public TimeSpan Duration => Answers.Max(answer => answer.Due + answer.Took);

    /// <summary>Requests answered a second, over the whole run.</summary>
    public double Throughput => Answers.Count(answer => answer.Succeeded) / Duration.TotalSeconds;

    /// <summary>The mean latency of those that succeeded; zero if none did.</summary>
    public TimeSpan MeanLatency => Answers.Where(answer => answer.Succeeded).Select(answer => answer.Took.TotalSeconds).DefaultIfEmpty(0).Average() is var mean
        ? TimeSpan.FromSeconds(mean)
        : TimeSpan.Zero;

    /// <summary>How many an origin answered.</summary>
    /// <param name="origin">Its name.</param>
    public int From(string origin) => Answers.Count(answer => answer.Succeeded && answer.Origin == origin);

    /// <summary>Which share of what was answered an origin answered, from 0 to 1.</summary>
    /// <param name="origin">Its name.</param>
    public double Share(string origin) => (double)From(origin) / Math.Max(1, Answers.Count(answer => answer.Succeeded));

    /// <summary>Who answered how many, over time, with failures and what was done meanwhile.</summary>
    public Figure Chart() => RequestsOverTime.Draw(this);

    /// <summary>Each request's latency, over time.</summary>
    public Figure Latencies() => LatencyOverTime.Draw(this);

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public string ToText() => AsTable().ToString();

    /// <summary>What happened, in one line: <c>balancer, round robin: 300 requests, 300 answered (A 200, B 100), 0 failed</c>.</summary>
    public override string ToString()
    {
        var shares = string.Join(", ", Origins.Select(origin => InvariantText.Format($"{origin} {From(origin)}")));
        return InvariantText.Format($"{RoutingPolicy}: {Answers.Count} requests, {Answers.Count - Failures.Count} answered ({shares}), {Failures.Count} failed");
    }

    private Table AsTable()
    {
        var succeeded = Origins.Select(IReadOnlyList<object?> (origin) => Row(origin, [.. Answers.Where(answer => answer.Succeeded && answer.Origin == origin)]));
        var failed = Failures.GroupBy(Outcome).OrderByDescending(group => group.Count()).Select(IReadOnlyList<object?> (group) => Row(group.Key, [.. group]));
        return new Table(["answered by", "requests", "share", "median latency (ms)", "longest (ms)"], succeeded.Concat(failed), $"{this}.");
    }

    private static string Outcome(HttpAnswer failure) => failure.Status is { } status ? InvariantText.Format($"nobody: {status}") : $"nobody: {failure.Text}";

    private object?[] Row(string who, HttpAnswer[] answers)
    {
        var latencies = answers.Select(answer => answer.Took.TotalMilliseconds).Order().ToArray();
        return latencies.Length == 0
            ? [who, 0, "0 %", "", ""]
            : [who, latencies.Length, InvariantText.Format($"{100.0 * latencies.Length / Answers.Count:0.#} %"), InvariantText.Format($"{latencies[latencies.Length / 2]:F1}"), InvariantText.Format($"{latencies[^1]:F1}")];
    }
}
