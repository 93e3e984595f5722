namespace NetworkingCourse.Transport;

/// <summary>
/// Sequence numbers of so many bits. There are finitely many, and after the last comes 0 again: so "earlier" and "later" mean nothing by themselves, and everything is said in
/// distances, counted upwards and around the corner.
/// </summary>
/// <param name="Bits">How many bits a number has; 1 to 16.</param>
public readonly record struct SequenceNumbers(int Bits)
{
    /// <summary>How many there are.</summary>
    public int Count => 1 << Bits;

    /// <summary>The number that comes so many places after another.</summary>
    public int After(int number, int places = 1) => (number + places) & (Count - 1);

    /// <summary>How many places one has to go upwards to come from one number to another: 0 up to, and not including, <see cref="Count"/>.</summary>
    public int Distance(int from, int to) => (to - from) & (Count - 1);
}
