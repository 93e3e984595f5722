namespace NetworkingCourse.Network;

/// <summary>The options of an IPv4 header (RFC 791, section 3.1): a type, a length, and data; two have a type alone.</summary>
internal static class Ipv4Options
{
    private const byte End = 0;
    private const byte NoOperation = 1;
    private const byte CopiedFlag = 0x80;

    /// <summary>Those that stand in every fragment, and not only in the first: the highest bit of their type says so. Filled up to a multiple of 4 bytes.</summary>
    public static ReadOnlyMemory<byte> Copied(ReadOnlyMemory<byte> options)
    {
        var copied = new List<byte>();
        var bytes = options.Span;
        while (bytes.Length > 0 && bytes[0] != End)
        {
            var length = bytes[0] == NoOperation ? 1 : bytes.Length > 1 && bytes[1] >= 2 && bytes[1] <= bytes.Length ? bytes[1] : bytes.Length;
            if ((bytes[0] & CopiedFlag) != 0)
            {
                copied.AddRange(bytes[..length]);
            }

            bytes = bytes[length..];
        }

        while (copied.Count % 4 != 0)
        {
            copied.Add(End);
        }

        return copied.ToArray();
    }
}
