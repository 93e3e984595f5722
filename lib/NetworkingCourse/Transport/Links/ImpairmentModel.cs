using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>
/// Decides the fate of each datagram, by chance and by the script. Every datagram uses the same number of random numbers,
/// whatever the options. So with a given seed the n-th datagram always draws the same numbers: a higher loss rate only adds
/// losses, and a script affects only the datagrams that it names.
/// </summary>
internal sealed class ImpairmentModel(SeededRandom random)
{
    /// <summary>The number of datagrams processed so far.</summary>
    public int Count { get; private set; }

    public Impairment Next(LinkOptions options)
    {
        Count++;
        var outcome = options.Script?.OutcomeOf(Count) ?? LinkOutcome.None;
        outcome |= If(options.Loss, LinkOutcome.Lost)
            | If(options.Corruption, LinkOutcome.Corrupted)
            | If(options.Duplication, LinkOutcome.Duplicated)
            | If(options.Reordering, LinkOutcome.HeldBack);
        var (delay, ofCopy, bit) = (
            options.Delay + random.NextUpTo(options.Jitter),
            options.Delay + random.NextUpTo(options.Jitter),
            random.NextDouble());
        if (outcome.HasFlag(LinkOutcome.Lost))
        {
            // For a lost datagram, all other impairments are irrelevant.
            outcome &= LinkOutcome.Lost | LinkOutcome.Scripted;
        }

        return new Impairment(outcome, outcome.HasFlag(LinkOutcome.HeldBack) ? delay + options.HoldBack : delay, ofCopy, bit);
    }

    private LinkOutcome If(double probability, LinkOutcome outcome) => random.NextBool(probability) ? outcome : LinkOutcome.None;
}

/// <summary>The impairment of one datagram.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Delay">The datagram's delay.</param>
/// <param name="DelayOfCopy">The delay of its duplicate, if there is one.</param>
/// <param name="BitPosition">
/// The position of the bit to flip, if one is flipped, as a fraction of the length: from 0 to 1.
/// </param>
internal readonly record struct Impairment(LinkOutcome Outcome, TimeSpan Delay, TimeSpan DelayOfCopy, double BitPosition);
