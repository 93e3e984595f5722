using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The impairments of a link in one direction. By default the link is perfect: nothing is lost, and everything arrives at once.
/// </summary>
public sealed record LinkOptions
{
    /// <summary>A link without impairments.</summary>
    public static LinkOptions Perfect { get; } = new();

    /// <summary>The delay of every datagram.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>
    /// The maximum additional delay. Each datagram gets a random one from 0 to this value, so datagrams can overtake one another.
    /// </summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The probability that a datagram is lost, independently of others.</summary>
    public double Loss { get; init; }

    /// <summary>The probability that a datagram arrives twice.</summary>
    public double Duplication { get; init; }

    /// <summary>The probability that a datagram arrives with one of its bits flipped.</summary>
    public double Corruption { get; init; }

    /// <summary>The probability that a datagram is held back by <see cref="HoldBack"/>, so that later ones overtake it.</summary>
    public double Reordering { get; init; }

    /// <summary>How long a reordered datagram is held back; 20 ms by default.</summary>
    public TimeSpan HoldBack { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The rate in bits per second; null for a link without transmission time. While the link sends, further datagrams queue.
    /// </summary>
    public double? BitsPerSecond { get; init; }

    /// <summary>
    /// The number of datagrams that can queue behind the one being sent; 50 by default. If the queue is
    /// full, arriving datagrams are lost.
    /// </summary>
    public int QueueLimit { get; init; } = 50;

    /// <summary>Determines the fate of certain datagrams by their numbers; null to leave everything to chance.</summary>
    public LinkScript? Script { get; init; }

    /// <summary>The options in words: <c>loss 10 %, delay 5.0 ms</c>.</summary>
    public override string ToString()
    {
        string[] words =
        [
            Delay > TimeSpan.Zero ? $"delay {InvariantText.Of(Delay)}" : "",
            Jitter > TimeSpan.Zero ? $"jitter {InvariantText.Of(Jitter)}" : "",
            Percent("loss", Loss), Percent("duplication", Duplication), Percent("corruption", Corruption),
            Percent("reordering", Reordering) + (Reordering > 0 ? $" by {InvariantText.Of(HoldBack)}" : ""),
            BitsPerSecond is { } rate ? InvariantText.Format($"{rate / 1e6:0.######} Mbit/s, room for {QueueLimit}") : "",
            Script is { } script ? script.ToString() : "",
        ];
        return words.All(word => word.Length == 0) ? "perfect" : string.Join(", ", words.Where(word => word.Length > 0));
    }

    /// <summary>Rejects invalid options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is invalid; the message says why.</exception>
    internal void Validate()
    {
        foreach (var (name, probability) in (ReadOnlySpan<(string, double)>)[
            (nameof(Loss), Loss),
            (nameof(Duplication), Duplication),
            (nameof(Corruption), Corruption),
            (nameof(Reordering), Reordering)])
        {
            if (probability is not (>= 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(name, probability, "A probability is from 0 to 1.");
            }
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Delay, TimeSpan.Zero, nameof(Delay));
        ArgumentOutOfRangeException.ThrowIfLessThan(Jitter, TimeSpan.Zero, nameof(Jitter));
        ArgumentOutOfRangeException.ThrowIfLessThan(HoldBack, TimeSpan.Zero, nameof(HoldBack));
        ArgumentOutOfRangeException.ThrowIfNegative(QueueLimit, nameof(QueueLimit));
        if (BitsPerSecond is not (null or (> 0 and < double.PositiveInfinity)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(BitsPerSecond),
                BitsPerSecond,
                "A rate is greater than 0; null is for a link without transmission time.");
        }
    }

    private static string Percent(string name, double probability) =>
        probability > 0 ? InvariantText.Format($"{name} {probability * 100:0.###} %") : "";
}
