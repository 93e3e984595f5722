namespace NetworkingCourse.Transport;

/// <summary>A datagram that consists of bytes only.</summary>
/// <param name="Content">The bytes.</param>
public sealed record Datagram(byte[] Content) : IDatagram<Datagram>
{
    /// <inheritdoc/>
    public int Bytes => Content.Length;

    /// <inheritdoc/>
    public Datagram WithFlippedBit(double position) => new(Bits.Flip(Content, position));
}
