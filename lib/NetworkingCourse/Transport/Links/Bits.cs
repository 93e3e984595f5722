namespace NetworkingCourse.Transport;

/// <summary>Corrupts bytes the way a faulty link does.</summary>
public static class Bits
{
    /// <summary>Copies bytes and flips one bit of the copy.</summary>
    /// <param name="bytes">The bytes, which are not modified. If there are none, the copy is empty too.</param>
    /// <param name="position">The position of the bit, as a fraction of the length: from 0 up to, but not including, 1.</param>
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
