namespace NetworkingCourse.Transport;

/// <summary>Some bytes that travel together.</summary>
/// <param name="Content">The bytes.</param>
public sealed record Datagram(byte[] Content) : IDatagram<Datagram>
{
    /// <inheritdoc/>
    public int Bytes => Content.Length;

    /// <inheritdoc/>
    public Datagram WithFlippedBit(double position) => new(Bits.Flip(Content, position));
}
