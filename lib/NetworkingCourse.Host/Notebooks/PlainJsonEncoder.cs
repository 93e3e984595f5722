using System.Text.Encodings.Web;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>
/// Escapes only the characters that must be escaped in JSON (RFC 8259, section 7), as Jupyter does: the quotation mark, the
/// backslash and the control characters. The framework's own encoders also escape everything outside the Basic Multilingual
/// Plane, including emoji.
/// </summary>
internal sealed class PlainJsonEncoder : JavaScriptEncoder
{
    /// <summary>The length of an escape sequence such as <c>\u001f</c>.</summary>
    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or '"' or '\\';

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var characters = new ReadOnlySpan<char>(text, textLength);
        for (var i = 0; i < characters.Length; i++)
        {
            if (char.IsSurrogate(characters[i]))
            {
                if (i + 1 == characters.Length || !char.IsSurrogatePair(characters[i], characters[i + 1]))
                {
                    return i; // an unpaired surrogate: the caller writes U+FFFD in its place
                }

                i++;
            }
            else if (WillEncode(characters[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(
        int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var target = new Span<char>(buffer, bufferLength);
        var written = unicodeScalar switch
        {
            '"' => "\\\"",
            '\\' => @"\\",
            '\b' => @"\b",
            '\f' => @"\f",
            '\n' => @"\n",
            '\r' => @"\r",
            '\t' => @"\t",
            < 0x20 => FormattableString.Invariant($"\\u{unicodeScalar:x4}"),
            _ => char.ConvertFromUtf32(unicodeScalar),
        };
        numberOfCharactersWritten = written.TryCopyTo(target) ? written.Length : 0;
        return numberOfCharactersWritten > 0;
    }
}
