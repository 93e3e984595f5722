using System.Text;

namespace NetworkingCourse.Application;

/// <summary>The Host field, which every HTTP/1.1 request has (RFC 9112, section 3.2).</summary>
internal static class HttpHost
{
    /// <summary>Refuses a request whose Host field is missing, repeated or malformed.</summary>
    /// <param name="version">The request's version: the field is optional in HTTP/1.0.</param>
    /// <param name="fields">The request's fields.</param>
    /// <param name="at">The offset at which its header ends.</param>
    /// <exception cref="HttpFormatException">The request is refused.</exception>
    public static void Check(string version, HttpFields fields, int at)
    {
        var hosts = fields.All("Host");
        if (hosts.Count > 1 || (hosts.Count == 0 && version != "HTTP/1.0"))
        {
            throw new HttpFormatException("a request has exactly one Host field", at, []);
        }

        if (hosts.Count == 1 && !HttpAuthority.TryParse(hosts[0], out _))
        {
            throw new HttpFormatException(
                "a Host is a name or an address, with an optional port",
                fields.Place("Host"),
                Encoding.Latin1.GetBytes(hosts[0]));
        }
    }
}
