using System.Buffers;

namespace NetworkingCourse.Application;

/// <summary>The four forms of a request target (RFC 9112, section 3.2), which consist of parts of a URI (RFC 3986).</summary>
internal static class HttpTarget
{
    private static readonly SearchValues<char> UserInfo = SearchValues.Create(HttpAuthority.NameCharacters + ":");
    private static readonly SearchValues<char> Path = SearchValues.Create(HttpAuthority.NameCharacters + ":@/");
    private static readonly SearchValues<char> Query = SearchValues.Create(HttpAuthority.NameCharacters + ":@/?");

    /// <summary>Tells whether a target has a form that is allowed for the method.</summary>
    public static bool IsValid(string method, string target) => method == "CONNECT"
        ? HttpAuthority.TryParse(target, out var authority) && authority.Port is not null // authority-form: only for tunnels
        : target == "*" ? method == "OPTIONS" // asterisk-form: only for a server as a whole
        : target.StartsWith('/') ? IsPathAndQuery(target) // origin-form
        : IsUri(target); // absolute-form

    private static bool IsUri(string target)
    {
        var colon = target.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !IsScheme(target[..colon]))
        {
            return false;
        }

        var rest = target[(colon + 1)..];
        if (!rest.StartsWith("//", StringComparison.Ordinal))
        {
            return IsPathAndQuery(rest);
        }

        var end = rest.AsSpan(2).IndexOfAny('/', '?') + 2;
        var (authority, path) = end < 2 ? (rest[2..], "") : (rest[2..end], rest[end..]);
        var at = authority.IndexOf('@', StringComparison.Ordinal);
        return HttpAuthority.Consists(authority.AsSpan(0, Math.Max(at, 0)), UserInfo)
            && HttpAuthority.TryParse(authority[(at + 1)..], out _) && IsPathAndQuery(path);
    }

    private static bool IsScheme(string text) =>
        char.IsAsciiLetter(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.');

    private static bool IsPathAndQuery(string text)
    {
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (text, "") : (text[..mark], text[(mark + 1)..]);
        return HttpAuthority.Consists(path, Path) && HttpAuthority.Consists(query, Query);
    }
}
