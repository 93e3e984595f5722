using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>How a link misbehaves, in one direction. As it stands it is perfect: nothing is lost, and everything arrives at once.</summary>
public sealed record LinkOptions
{
    /// <summary>A link that does nothing wrong.</summary>
    public static LinkOptions Perfect { get; } = new();

    /// <summary>How long every datagram is under way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>A further time under way, of each datagram another one: anything from nothing up to this. So one datagram can overtake another.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The probability that a datagram is lost, each by itself.</summary>
    public double Loss { get; init; }

    /// <summary>The probability that a datagram arrives twice.</summary>
    public double Duplication { get; init; }

    /// <summary>The probability that a datagram arrives with one of its bits flipped.</summary>
    public double Corruption { get; init; }

    /// <summary>The probability that a datagram is held back for <see cref="HoldBack"/>, so that later ones overtake it.</summary>
    public double Reordering { get; init; }

    /// <summary>How long a datagram is held back, if it is; 20 ms unless told otherwise.</summary>
    public TimeSpan HoldBack { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How many bits leave in a second; null for a link that takes no time to send. What comes while it sends, queues.</summary>
    public double? BitsPerSecond { get; init; }

    /// <summary>How many datagrams can queue behind the one that is being sent. What comes when there is no room is lost; 50 unless told otherwise.</summary>
    public int QueueLimit { get; init; } = 50;

    /// <summary>What befalls certain datagrams whatever chance says, by their numbers; null to leave it to chance.</summary>
    public LinkScript? Script { get; init; }

    /// <summary>What it does, in words: <c>loss 10 %, delay 5.0 ms</c>.</summary>
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

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It makes none; the message says why.</exception>
    internal void Validate()
    {
        foreach (var (name, probability) in (ReadOnlySpan<(string, double)>)[
            (nameof(Loss), Loss), (nameof(Duplication), Duplication), (nameof(Corruption), Corruption), (nameof(Reordering), Reordering)])
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
            throw new ArgumentOutOfRangeException(nameof(BitsPerSecond), BitsPerSecond, "A rate is greater than 0; null is for a link that takes no time to send.");
        }
    }

    private static string Percent(string name, double probability) => probability > 0 ? InvariantText.Format($"{name} {probability * 100:0.###} %") : "";
}
