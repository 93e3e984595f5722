using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The settings of the load generator.</summary>
public sealed record GeneratorOptions
{
    /// <summary>The number of connections that the generator opens.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>
    /// How many of the connections are only held open: they ask one question at the beginning, one
    /// at the end, and nothing in between.
    /// </summary>
    public int Idle { get; init; }

    /// <summary>How long the generator asks questions before it begins to measure.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the generator measures.</summary>
    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the generator waits for connections to open, and for outstanding answers, before it counts them as failed.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Called before the warm-up, once every connection has had its first answer or has failed.</summary>
    public Action? Connected { get; init; }

    /// <summary>Throws if a value is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The message names the option, its value and the allowed range.</exception>
    internal void Validate()
    {
        Require(Connections is >= 1 and <= 65535, nameof(Connections), Connections, "1 to 65535");
        Require(Idle >= 0 && Idle < Connections, nameof(Idle), Idle, "0 to one less than there are connections");
        Require(WarmUp >= TimeSpan.Zero && WarmUp <= TimeSpan.FromHours(1), nameof(WarmUp), WarmUp, "0 to 1 hour");
        Require(
            Measured > TimeSpan.Zero && Measured <= TimeSpan.FromHours(1),
            nameof(Measured), Measured, "more than 0, at most 1 hour");
        Require(
            Timeout > TimeSpan.Zero && Timeout <= TimeSpan.FromHours(1),
            nameof(Timeout), Timeout, "more than 0, at most 1 hour");
    }

    private static void Require(bool holds, string name, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, InvariantText.Format($"{name} is {value}; allowed: {allowed}."));
        }
    }
}
