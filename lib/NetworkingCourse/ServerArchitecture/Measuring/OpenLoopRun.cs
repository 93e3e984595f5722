using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The result of an open loop: each request's latency, measured from when it was due.</summary>
public sealed class OpenLoopRun : Shown
{
    internal OpenLoopRun(
        ITarget target, double rate, TimeSpan duration, Arrivals arrivals, IReadOnlyList<OpenLoopRequest> requests)
    {
        (Architecture, Options, Rate, Duration, Arrivals, Requests) =
            (target.Architecture, target.Options, rate, duration, arrivals, requests);
        Latencies = new Latencies(requests.Where(request => request.Failure is null).Select(request => request.Latency));
    }

    /// <summary>The server's architecture.</summary>
    public Architecture Architecture { get; }

    /// <summary>The server's options.</summary>
    public ServerOptions Options { get; }

    /// <summary>Requests per second.</summary>
    public double Rate { get; }

    /// <summary>How long requests arrived.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Whether requests arrived at equal intervals or at random.</summary>
    public Arrivals Arrivals { get; }

    /// <summary>The requests in the order in which they were due.</summary>
    public IReadOnlyList<OpenLoopRequest> Requests { get; }

    /// <summary>The latencies of the requests that were answered.</summary>
    public Latencies Latencies { get; }

    /// <summary>
    /// The load ρ: the share of the time during which the workers would be busy; 0 if the server
    /// serves any number of requests at once.
    /// </summary>
    public double Load => Architecture.AtOnce(Options, Requests.Count) is var atOnce && atOnce == int.MaxValue
        ? 0
        : Rate * Options.Think.TotalSeconds / atOnce;

    /// <summary>A one-line summary of the run.</summary>
    public override string ToString() =>
        InvariantText.Format($"{Architecture.Name}, open loop at {Rate:0.#} requests per second: ")
        + InvariantText.Format($"{Latencies.Count:N0} of {Requests.Count:N0} answered, {Latencies}");

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "architecture",
            "requests per second",
            "requests",
            "answered",
            "load",
            "mean latency",
            "median",
            "99 % within",
            "all within",
        ],
        [
            [
                Architecture.Name,
                InvariantText.Format($"{Rate:0.#}"),
                Requests.Count,
                Latencies.Count,
                InvariantText.Format($"{Load:0.00}"),
                InvariantText.Of(Latencies.Mean),
                InvariantText.Of(Latencies.Quantile(0.5)),
                InvariantText.Of(Latencies.Quantile(0.99)),
                InvariantText.Of(Latencies.Quantile(1)),
            ],
        ],
        Failures());

    private string? Failures() => Latencies.Count == Requests.Count
        ? null
        : string.Join("; ", Requests
            .Where(request => request.Failure is not null)
            .GroupBy(request => request.Failure)
            .Select(failure => InvariantText.Format($"{failure.Count():N0} × {failure.Key}")));
}
