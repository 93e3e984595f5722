namespace NetworkingCourse.ServerArchitecture;

/// <summary>How a load balancer chooses among the available origins. The names are those of YARP's policies.</summary>
public enum BalancingPolicy
{
    /// <summary>Each origin in turn.</summary>
    RoundRobin,

    /// <summary>The origin with the fewest requests in flight.</summary>
    LeastRequests,

    /// <summary>Of two origins picked at random, the one with fewer requests in flight.</summary>
    PowerOfTwoChoices,

    /// <summary>An origin picked at random.</summary>
    Random,
}

/// <summary>Which requests a load balancer sends to another origin after one has failed.</summary>
public enum RetryRule
{
    /// <summary>None: every failure is reported to the client.</summary>
    Never,

    /// <summary>
    /// Requests with an idempotent method, and requests that were never sent because no connection could be made. A proxy must
    /// not go further than that (RFC 9110, section 9.2.2).
    /// </summary>
    Idempotent,

    /// <summary>All requests. This is wrong; it exists to show why.</summary>
    Always,
}

/// <summary>The options of a load balancer, set before it starts.</summary>
public sealed record LoadBalancerOptions
{
    /// <summary>The default of <see cref="HealthCheckInterval"/>.</summary>
    public static readonly TimeSpan DefaultHealthCheckInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How the balancer chooses an origin.</summary>
    public BalancingPolicy Policy { get; init; } = BalancingPolicy.RoundRobin;

    /// <summary>Which requests the balancer retries on another origin after one has failed.</summary>
    public RetryRule Retries { get; init; } = RetryRule.Idempotent;

    /// <summary>
    /// A rule in the place of <see cref="Retries"/>; null for none. It is given the request's method, how far the last attempt
    /// had come, and the number of attempts, and returns whether the balancer tries another origin.
    /// </summary>
    public Func<string, RequestFailure, int, bool>? RetriesIf { get; init; }

    /// <summary>The interval of the active health checks of each origin; null to disable them.</summary>
    public TimeSpan? HealthCheckInterval { get; init; } = DefaultHealthCheckInterval;

    /// <summary>
    /// Whether passive health checks are enabled: an origin that has failed a request then gets none for a while.
    /// </summary>
    public bool PassiveChecks { get; init; } = true;

    /// <summary>The TCP port on 127.0.0.1; 0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>The name under which the balancer runs; starting another one under the same name replaces it.</summary>
    public string Name { get; init; } = "balancer";

    /// <summary>How long a passive check takes an origin out: long enough for the active checks to detect the failure.</summary>
    internal TimeSpan Reactivation => HealthCheckInterval is { } interval && interval > TimeSpan.FromMilliseconds(100)
        ? interval * 5
        : TimeSpan.FromMilliseconds(500);
}
