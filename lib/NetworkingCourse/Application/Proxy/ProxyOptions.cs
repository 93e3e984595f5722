using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>The options of a <see cref="ForwardProxy"/>.</summary>
public sealed record ProxyOptions
{
    /// <summary>The name to run under; a proxy that already runs under it is replaced.</summary>
    public string Name { get; init; } = "proxy";

    /// <summary>The TCP port on 127.0.0.1; 0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>The credentials that clients need; null lets everybody on this machine use the proxy.</summary>
    public ProxyCredentials? Credentials { get; init; }

    /// <summary>
    /// How long the head of a request may take, from its first byte to its last, and how long a server may take to accept a
    /// connection.
    /// </summary>
    public TimeSpan HeadDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest time without data: between two requests of a client, before the head of a response is complete, in the
    /// middle of a body, and in a tunnel in both directions.
    /// </summary>
    public TimeSpan IdleDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The maximum number of clients at once; further clients get 503.</summary>
    public int ConnectionLimit { get; init; } = 2048;

    /// <summary>
    /// The tap between the proxy and the servers, if there is one. The client itself can tap its connection to the proxy.
    /// </summary>
    public Tap? Tap { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(HeadDeadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleDeadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ConnectionLimit, 1);
    }
}
