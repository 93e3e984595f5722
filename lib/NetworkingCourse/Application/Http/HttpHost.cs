using System.Text;

namespace NetworkingCourse.Application;

/// <summary>The field that every request of HTTP/1.1 has (RFC 9112, section 3.2).</summary>
internal static class HttpHost
{
    /// <summary>Refuses a request that does not say for whom it is, or says it twice, or could be read in two ways.</summary>
    /// <param name="version">The request's version: HTTP/1.0 may do without.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="at">Where its header ends.</param>
    /// <exception cref="HttpFormatException">It does.</exception>
    public static void Check(string version, HttpFields fields, int at)
    {
        var hosts = fields.All("Host");
        if (hosts.Count > 1 || (hosts.Count == 0 && version != "HTTP/1.0"))
        {
            throw new HttpFormatException("a request has one field Host", at, []);
        }

        if (hosts.Count == 1 && !HttpAuthority.TryParse(hosts[0], out _))
        {
            throw new HttpFormatException("a Host is a name or an address, and perhaps a port", fields.Place("Host"), Encoding.Latin1.GetBytes(hosts[0]));
        }
    }
}
