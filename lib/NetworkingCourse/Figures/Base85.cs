using System.Buffers.Binary;

namespace NetworkingCourse.Figures;

/// <summary>
/// Writes bytes as text, five characters for four bytes: a sixteenth less than Base64, in every notebook that has a figure.
/// unpack.js reads it.
/// </summary>
internal static class Base85
{
    // All printable ASCII characters but nine, which would have to be escaped in a script, in HTML or in JSON.
    private static readonly string Digits =
        new([.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code).Except("\"$&'<>\\`{")]);

    /// <summary>Encodes bytes. A last group of <em>n</em> bytes, fewer than four, has <em>n</em> + 1 characters.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[(bytes.Length / 4 * 5) + (bytes.Length % 4 is > 0 and var rest ? rest + 1 : 0)];
        Span<byte> group = stackalloc byte[4];
        Span<char> written = stackalloc char[5];
        for (var (from, to) = (0, 0); from < bytes.Length; (from, to) = (from + 4, to + 5))
        {
            var length = Math.Min(4, bytes.Length - from);
            group.Clear();
            bytes.Slice(from, length).CopyTo(group);
            var number = BinaryPrimitives.ReadUInt32BigEndian(group);
            for (var i = 4; i >= 0; i--)
            {
                written[i] = Digits[(int)(number % 85)];
                number /= 85;
            }

            written[..(length + 1)].CopyTo(text.AsSpan(to));
        }

        return new string(text);
    }
}
