namespace NetworkingCourse.Transport;

/// <summary>What a link can carry.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IDatagram<TSelf>
    where TSelf : class
{
    /// <summary>How many bytes it has on the link.</summary>
    int Bytes { get; }

    /// <summary>A copy that has been harmed on the way.</summary>
    /// <param name="position">Where: how far along the datagram, from 0 up to, and not including, 1.</param>
    TSelf WithFlippedBit(double position);
}
