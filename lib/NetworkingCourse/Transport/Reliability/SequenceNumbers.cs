namespace NetworkingCourse.Transport;

/// <summary>
/// Sequence numbers of a fixed length, which wrap around to 0 after the last. "Earlier" and "later" therefore have no meaning by
/// themselves; everything is expressed in distances, counted upwards with wraparound.
/// </summary>
/// <param name="Bits">The length of a number in bits; 1 to 16.</param>
public readonly record struct SequenceNumbers(int Bits)
{
    /// <summary>The number of distinct sequence numbers.</summary>
    public int Count => 1 << Bits;

    /// <summary>The number that lies a given number of places after another.</summary>
    public int After(int number, int places = 1) => (number + places) & (Count - 1);

    /// <summary>The distance upwards from one number to another: 0 up to, but not including, <see cref="Count"/>.</summary>
    public int Distance(int from, int to) => (to - from) & (Count - 1);
}
