using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>
/// Decides what befalls each datagram: by chance, and by the script. Every datagram takes the same number of random numbers, whatever the options are. So
/// with the same seed the n-th has the same luck always; more loss only loses more, and a script changes nothing for those it does not name.
/// </summary>
internal sealed class ImpairmentModel(SeededRandom random)
{
    /// <summary>How many datagrams were decided about.</summary>
    public int Count { get; private set; }

    public Impairment Next(LinkOptions options)
    {
        Count++;
        var outcome = options.Script?.OutcomeOf(Count) ?? LinkOutcome.None;
        outcome |= If(options.Loss, LinkOutcome.Lost) | If(options.Corruption, LinkOutcome.Corrupted) | If(options.Duplication, LinkOutcome.Duplicated) | If(options.Reordering, LinkOutcome.HeldBack);
        var (delay, ofCopy, bit) = (options.Delay + random.Upto(options.Jitter), options.Delay + random.Upto(options.Jitter), random.NextDouble());
        if (outcome.HasFlag(LinkOutcome.Lost))
        {
            // What is lost is lost, whatever else would have befallen it.
            outcome &= LinkOutcome.Lost | LinkOutcome.Scripted;
        }

        return new Impairment(outcome, outcome.HasFlag(LinkOutcome.HeldBack) ? delay + options.HoldBack : delay, ofCopy, bit);
    }

    private LinkOutcome If(double probability, LinkOutcome outcome) => random.Chance(probability) ? outcome : LinkOutcome.None;
}

/// <summary>What befalls a datagram.</summary>
/// <param name="Outcome">What it is.</param>
/// <param name="Delay">How long it is under way.</param>
/// <param name="DelayOfCopy">How long its copy is under way, if there is one.</param>
/// <param name="BitPosition">Which bit is flipped, if one is: how far along the datagram, from 0 to 1.</param>
internal readonly record struct Impairment(LinkOutcome Outcome, TimeSpan Delay, TimeSpan DelayOfCopy, double BitPosition);
