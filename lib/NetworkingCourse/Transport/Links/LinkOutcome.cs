using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>The outcome of sending a datagram over a link.</summary>
[Flags]
public enum LinkOutcome
{
    /// <summary>It arrives as it was sent.</summary>
    None = 0,

    /// <summary>It is lost on the way.</summary>
    Lost = 1,

    /// <summary>It is lost because the link's queue is full.</summary>
    QueueFull = 2,

    /// <summary>It arrives with one of its bits flipped.</summary>
    Corrupted = 4,

    /// <summary>It arrives twice.</summary>
    Duplicated = 8,

    /// <summary>It is held back, and others may overtake it.</summary>
    HeldBack = 16,

    /// <summary>The script, and not chance alone, decided the outcome.</summary>
    Scripted = 32,
}

/// <summary>The passage of one datagram over a link.</summary>
/// <param name="Number">The datagram's number; the first one sent over the link has the number 1.</param>
/// <param name="Bytes">The length of the datagram.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Sent">When the datagram was handed to the link.</param>
/// <param name="Departed">When its last bit was sent; null if it never was.</param>
/// <param name="Arrives">When it arrives; null if it does not.</param>
/// <param name="CopyArrives">When its duplicate arrives; null if there is none.</param>
public readonly record struct LinkCrossing(
    int Number, int Bytes, LinkOutcome Outcome, TimeSpan Sent, TimeSpan? Departed, TimeSpan? Arrives, TimeSpan? CopyArrives)
{
    /// <summary>Whether the datagram never arrives.</summary>
    public bool IsLost => Arrives is null;

    /// <summary>The outcome in words; empty if the datagram arrives as it was sent.</summary>
    public string Sentence => string.Join(
        " and ",
        ((LinkOutcome[])
        [
            LinkOutcome.Lost, LinkOutcome.QueueFull, LinkOutcome.Corrupted, LinkOutcome.Duplicated, LinkOutcome.HeldBack,
        ])
        .Where(Has).Select(outcome => InvariantText.Of(outcome)));

    /// <summary>The passage in one line: <c>datagram 2, 100 bytes, sent at 5.0 ms: duplicated, arrives at 10.0 ms</c>.</summary>
    public override string ToString()
    {
        var arrival = Arrives is { } time ? $"arrives at {InvariantText.Of(time)}" : "";
        var fate = string.Join(", ", new[] { Sentence, arrival }.Where(part => part.Length > 0));
        return InvariantText.Format($"datagram {Number}, {Bytes:N0} bytes, sent at {InvariantText.Of(Sent)}: {fate}");
    }

    private bool Has(LinkOutcome outcome) => (Outcome & outcome) != 0;
}
