namespace NetworkingCourse.Simulation;

/// <summary>
/// A handle on an event of a <see cref="Simulator"/>. The default value stands for no event: cancelling it does nothing. A handle never stands
/// for another event than the one it was given for.
/// </summary>
public readonly record struct SimulatedTimer
{
    internal SimulatedTimer(int slot, int generation) => (Slot, Generation) = (slot, generation);

    internal int Slot { get; }

    // Places are used again, and each time with the next generation; that of no event is 0.
    internal int Generation { get; }
}
