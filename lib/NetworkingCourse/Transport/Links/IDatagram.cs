namespace NetworkingCourse.Transport;

/// <summary>A datagram that a simulated link can carry.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface IDatagram<TSelf>
    where TSelf : class
{
    /// <summary>The length of the datagram on the link, in bytes.</summary>
    int Bytes { get; }

    /// <summary>Creates a copy with one bit flipped, as if corrupted on the way.</summary>
    /// <param name="position">The position of the bit, as a fraction of the length: from 0 up to, but not including, 1.</param>
    TSelf WithFlippedBit(double position);
}
