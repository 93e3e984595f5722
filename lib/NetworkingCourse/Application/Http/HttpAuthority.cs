using System.Buffers;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Application;

/// <summary>
/// A host and an optional port: the value of the Host field, the target of a tunnel, and a part of a URI (RFC 3986, section 3.2).
/// </summary>
/// <param name="Host">A name, which may be empty; an IPv4 address; or an IPv6 address in brackets.</param>
/// <param name="Port">The digits after the colon, possibly none; null if there is no colon.</param>
internal readonly record struct HttpAuthority(string Host, string? Port)
{
    /// <summary>The characters of a host name, apart from percent-encoding: RFC 3986's unreserved and sub-delims.</summary>
    public const string NameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=";

    private static readonly SearchValues<char> Name = SearchValues.Create(NameCharacters);
    private static readonly SearchValues<char> FutureAddress = SearchValues.Create(NameCharacters + ":");

    /// <summary>Parses a host with an optional port.</summary>
    /// <returns>Whether the whole text is an authority.</returns>
    public static bool TryParse(string text, out HttpAuthority authority)
    {
        var isAddress = text.StartsWith('[');
        var end = isAddress ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        end = end < 0 ? text.Length : end;
        authority = new HttpAuthority(text[..end], end < text.Length ? text[(end + 1)..] : null);
        return (end == text.Length || text[end] == ':') && !authority.Port.AsSpan().ContainsAnyExceptInRange('0', '9')
            && (isAddress ? end > 0 && IsAddress(text[1..(end - 1)]) : Consists(authority.Host, Name));
    }

    /// <summary>
    /// Tells whether a text consists only of these characters and of percent-encoded ones: a percent sign and two hexadecimal
    /// digits.
    /// </summary>
    public static bool Consists(ReadOnlySpan<char> text, SearchValues<char> characters)
    {
        for (int at; (at = text.IndexOfAnyExcept(characters)) >= 0; text = text[(at + 3)..])
        {
            if (text[at..] is not ['%', var high, var low, ..] || !char.IsAsciiHexDigit(high) || !char.IsAsciiHexDigit(low))
            {
                return false;
            }
        }

        return true;
    }

    // IPv6address, or IPvFuture: "v", a version in hexadecimal, a dot and further characters.
    private static bool IsAddress(string text)
    {
        if (text is not ['v' or 'V', ..])
        {
            return Address.TryParse(text, out var address, out _) && address.IsV6;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point > 1 && text[1..point].All(char.IsAsciiHexDigit)
            && point + 1 < text.Length && !text.AsSpan(point + 1).ContainsAnyExcept(FutureAddress);
    }
}
