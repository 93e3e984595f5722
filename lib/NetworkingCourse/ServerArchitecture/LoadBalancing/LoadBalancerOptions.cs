namespace NetworkingCourse.ServerArchitecture;

/// <summary>How a load balancer chooses among the origins that are available. The names are those of YARP's policies.</summary>
public enum BalancingPolicy
{
    /// <summary>One after the other, in turn.</summary>
    RoundRobin,

    /// <summary>The one with the fewest requests in flight.</summary>
    LeastRequests,

    /// <summary>Two at random, and of those the one with fewer requests in flight.</summary>
    PowerOfTwoChoices,

    /// <summary>Any.</summary>
    Random,
}

/// <summary>Which requests a load balancer sends to another origin after one has failed.</summary>
public enum RetryRule
{
    /// <summary>None: the client learns of every failure.</summary>
    Never,

    /// <summary>
    /// Those with an idempotent method, and those that were never sent because there was no connection. A proxy may go no further: RFC
    /// 9110, section 9.2.2.
    /// </summary>
    Idempotent,

    /// <summary>All of them. Wrong, and here to show why.</summary>
    Always,
}

/// <summary>What can be set on a load balancer before it starts.</summary>
public sealed record LoadBalancerOptions
{
    /// <summary>How often each origin is asked for its health, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultHealthCheckInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How an origin is chosen.</summary>
    public BalancingPolicy Policy { get; init; } = BalancingPolicy.RoundRobin;

    /// <summary>Which requests are sent to another origin after one has failed.</summary>
    public RetryRule Retries { get; init; } = RetryRule.Idempotent;

    /// <summary>Active checks: how often each origin is asked for its health; null for never.</summary>
    public TimeSpan? HealthCheckInterval { get; init; } = DefaultHealthCheckInterval;

    /// <summary>Passive checks: whether an origin that has failed a request gets none for a while.</summary>
    public bool PassiveChecks { get; init; } = true;

    /// <summary>The TCP port on 127.0.0.1; 0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>The name under which it runs; starting another under the same name replaces it.</summary>
    public string Name { get; init; } = "balancer";

    /// <summary>How long a passive check keeps an origin out: long enough for the active checks to find out for themselves.</summary>
    internal TimeSpan Reactivation => HealthCheckInterval is { } interval && interval > TimeSpan.FromMilliseconds(100)
        ? interval * 5
        : TimeSpan.FromMilliseconds(500);
}
