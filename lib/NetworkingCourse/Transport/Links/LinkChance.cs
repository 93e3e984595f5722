using NetworkingCourse.Simulation;

namespace NetworkingCourse.Transport;

/// <summary>
/// Decides what befalls each datagram: by chance, and by the script. Every datagram takes the same number of random numbers, whatever the options are. So
/// with the same seed the n-th has the same luck always; more loss only loses more, and a script changes nothing for those it does not name.
/// </summary>
internal sealed class LinkChance(SeededRandom random)
{
    /// <summary>How many datagrams were decided about.</summary>
    public int Count { get; private set; }

    public Luck Next(LinkOptions options)
    {
        Count++;
        var fate = options.Script?.FateOf(Count) ?? LinkFate.None;
        fate |= If(options.Loss, LinkFate.Lost) | If(options.Corruption, LinkFate.Corrupted) | If(options.Duplication, LinkFate.Duplicated) | If(options.Reordering, LinkFate.HeldBack);
        var (delay, ofCopy, bit) = (options.Delay + random.Upto(options.Jitter), options.Delay + random.Upto(options.Jitter), random.NextDouble());
        if (fate.HasFlag(LinkFate.Lost))
        {
            // What is lost is lost, whatever else would have befallen it.
            fate &= LinkFate.Lost | LinkFate.Scripted;
        }

        return new Luck(fate, fate.HasFlag(LinkFate.HeldBack) ? delay + options.HoldBack : delay, ofCopy, bit);
    }

    private LinkFate If(double probability, LinkFate fate) => random.Chance(probability) ? fate : LinkFate.None;
}

/// <summary>What befalls a datagram.</summary>
/// <param name="Fate">What it is.</param>
/// <param name="Delay">How long it is under way.</param>
/// <param name="DelayOfCopy">How long its copy is under way, if there is one.</param>
/// <param name="BitPosition">Which bit is flipped, if one is: how far along the datagram, from 0 to 1.</param>
internal readonly record struct Luck(LinkFate Fate, TimeSpan Delay, TimeSpan DelayOfCopy, double BitPosition);
