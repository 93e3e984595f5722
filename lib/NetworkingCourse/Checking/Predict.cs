using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>
/// Records what you expect before you run an experiment. Without a value (null), nothing is recorded, and the experiment runs as
/// it does with one.
/// </summary>
public static class Predict
{
    /// <summary>Predicts a time.</summary>
    /// <param name="what">What takes that time, for example <c>three questions</c>.</param>
    /// <param name="seconds">The time in seconds; null for no prediction.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, infinite, or not a number.</exception>
    public static Guess Seconds(string what, double? seconds) => new(what, Valid(seconds), "s");

    /// <summary>Predicts when a client has its last answer.</summary>
    /// <param name="client">The client, counted from 1 in the order in which clients are served.</param>
    /// <param name="seconds">The time since all clients started, in seconds; null for no prediction.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Guess Latency(int client, double? seconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(client, 1);
        return new Guess(InvariantText.Format($"the latency of client {client}"), Valid(seconds), "s") { Client = client };
    }

    /// <summary>Predicts a number of things.</summary>
    /// <param name="what">What is counted, for example <c>clients that can connect</c>.</param>
    /// <param name="count">The number; null for no prediction.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, infinite, or not a number.</exception>
    public static Guess Count(string what, double? count) => new(what, Valid(count), "");

    /// <summary>Predicts which of several outcomes there will be, or in which order things happen.</summary>
    /// <param name="what">What is to be seen, for example <c>can a new server listen on the port?</c>.</param>
    /// <param name="choice">The outcome in words; null for no prediction.</param>
    public static Choice Choice(string what, string? choice) => new(what, choice);

    private static double? Valid(double? number) => number is null or (>= 0 and < double.PositiveInfinity)
        ? number
        : throw new ArgumentOutOfRangeException(nameof(number), number, "Predict a finite number that is not negative.");
}
