namespace NetworkingCourse.Transport;

/// <summary>The harm that a link does.</summary>
public static class Bits
{
    /// <summary>A copy of some bytes with one bit flipped.</summary>
    /// <param name="bytes">The bytes; they stay as they are. Of none, none.</param>
    /// <param name="position">Which bit: how far along the bytes, from 0 up to, and not including, 1.</param>
    public static byte[] Flip(ReadOnlySpan<byte> bytes, double position)
    {
        var flipped = bytes.ToArray();
        if (flipped.Length > 0)
        {
            var bit = (int)(position * flipped.Length * 8);
            flipped[bit / 8] ^= (byte)(0x80 >> (bit % 8));
        }

        return flipped;
    }
}
