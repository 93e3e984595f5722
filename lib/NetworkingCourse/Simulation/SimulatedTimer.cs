namespace NetworkingCourse.Simulation;

/// <summary>
/// A handle for an event of a <see cref="Simulator"/>. The default value stands for no event, and cancelling it does nothing. A
/// handle never refers to a different event than the one for which it was returned.
/// </summary>
public readonly record struct SimulatedTimer
{
    internal SimulatedTimer(int slot, int generation) => (Slot, Generation) = (slot, generation);

    internal int Slot { get; }

    // Slots are reused, each time with the next generation. Generation 0 stands for no event.
    internal int Generation { get; }
}
