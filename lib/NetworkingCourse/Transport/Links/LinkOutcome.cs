using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>What befell a datagram on its link.</summary>
[Flags]
public enum LinkOutcome
{
    /// <summary>Nothing: it arrives as it was sent.</summary>
    None = 0,

    /// <summary>It is lost on the way.</summary>
    Lost = 1,

    /// <summary>It is lost because the link's queue had no room for it.</summary>
    QueueFull = 2,

    /// <summary>It arrives with one of its bits flipped.</summary>
    Corrupted = 4,

    /// <summary>It arrives twice.</summary>
    Duplicated = 8,

    /// <summary>It is held back, and others may overtake it.</summary>
    HeldBack = 16,

    /// <summary>The script had a hand in it, not chance alone.</summary>
    Scripted = 32,
}

/// <summary>How one datagram crossed a link, or did not.</summary>
/// <param name="Number">Which it was: the first that was handed to the link has the number 1.</param>
/// <param name="Bytes">How long it was.</param>
/// <param name="Outcome">What befell it.</param>
/// <param name="Sent">When it was handed to the link.</param>
/// <param name="Departed">When its last bit had left; null if it never did.</param>
/// <param name="Arrives">When it arrives; null if it does not.</param>
/// <param name="CopyArrives">When its duplicate arrives; null if there is none.</param>
public readonly record struct LinkCrossing(
    int Number, int Bytes, LinkOutcome Outcome, TimeSpan Sent, TimeSpan? Departed, TimeSpan? Arrives, TimeSpan? CopyArrives)
{
    /// <summary>Whether it arrives at all.</summary>
    public bool IsLost => Arrives is null;

    /// <summary>What befell it, in words; empty if nothing did.</summary>
    public string Sentence => string.Join(" and ", ((LinkOutcome[])[LinkOutcome.Lost, LinkOutcome.QueueFull, LinkOutcome.Corrupted, LinkOutcome.Duplicated, LinkOutcome.HeldBack])
        .Where(Has).Select(outcome => InvariantText.Of(outcome)));

    /// <summary>The crossing as one line: <c>datagram 2, 100 bytes, sent at 5.0 ms: duplicated, arrives at 10.0 ms</c>.</summary>
    public override string ToString()
    {
        var arrival = Arrives is { } time ? $"arrives at {InvariantText.Of(time)}" : "";
        return InvariantText.Format($"datagram {Number}, {Bytes:N0} bytes, sent at {InvariantText.Of(Sent)}: {string.Join(", ", new[] { Sentence, arrival }.Where(part => part.Length > 0))}");
    }

    private bool Has(LinkOutcome outcome) => (Outcome & outcome) != 0;
}
