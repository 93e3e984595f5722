using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>What can be set about a <see cref="ForwardProxy"/>.</summary>
public sealed record ProxyOptions
{
    /// <summary>The name to run under; a proxy running under that name is replaced.</summary>
    public string Name { get; init; } = "proxy";

    /// <summary>The TCP port on 127.0.0.1; 0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>Who may use it; null: everybody on this machine.</summary>
    public ProxyCredentials? Credentials { get; init; }

    /// <summary>How long the head of a request may take from its first byte to its last, and how long a server to accept a connection.</summary>
    public TimeSpan HeadDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nothing may come: between two requests of a client, before the head of a response is whole, in the middle of a body, and in a tunnel in both directions.</summary>
    public TimeSpan IdleDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many clients it serves at once; to more it says 503.</summary>
    public int ConnectionLimit { get; init; } = 2048;

    /// <summary>Who listens in between the proxy and the servers, if anybody does. Between client and proxy the client can do so itself.</summary>
    public Tap? Tap { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(HeadDeadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleDeadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ConnectionLimit, 1);
    }
}
