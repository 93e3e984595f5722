namespace NetworkingCourse.Packets;

/// <summary>
/// The options of an IPv4 header (RFC 791, section 3.1). Each consists of a type, a length and data, except for two that have
/// only a type.
/// </summary>
internal static class Ipv4Options
{
    private const byte End = 0;
    private const byte NoOperation = 1;
    private const byte CopiedFlag = 0x80;
    private const byte LooseSourceRoute = 131;
    private const byte StrictSourceRoute = 137;
    private const int RouteHeader = 3;
    private const int AddressLength = 4;

    /// <summary>
    /// The options that are copied into every fragment, not only the first, as the highest bit of their type says; padded to a
    /// multiple of 4 bytes.
    /// </summary>
    public static ReadOnlyMemory<byte> Copied(ReadOnlyMemory<byte> options)
    {
        var copied = new List<byte>();
        var bytes = options.Span;
        while (bytes.Length > 0 && bytes[0] != End)
        {
            var length = LengthOf(bytes);
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

    /// <summary>
    /// The last address of a source route. While addresses are left on the route, the destination in the header is only the next
    /// of them (RFC 791, section 3.1, Loose Source and Record Route).
    /// </summary>
    /// <returns>The address; null if there is no source route, or none of it is left.</returns>
    public static Address? LastOfRoute(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && bytes[0] != End)
        {
            var option = bytes[..LengthOf(bytes)];
            // The pointer is the position of the next address, counted from 1; past the end of the option, none is left.
            if (option is [LooseSourceRoute or StrictSourceRoute, _, var pointer, ..]
                && option.Length >= RouteHeader + AddressLength && pointer <= option.Length)
            {
                return Address.FromBytes(option[^AddressLength..]);
            }

            bytes = bytes[option.Length..];
        }

        return null;
    }

    // The length of the first option; if that is invalid, everything that is left.
    private static int LengthOf(ReadOnlySpan<byte> bytes) =>
        bytes[0] == NoOperation ? 1 : bytes.Length > 1 && bytes[1] >= 2 && bytes[1] <= bytes.Length ? bytes[1] : bytes.Length;
}
