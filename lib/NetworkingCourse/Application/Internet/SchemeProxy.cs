using System.Net;

namespace NetworkingCourse.Application;

/// <summary>
/// A proxy configuration by scheme: one proxy for plain HTTP, one for HTTP over TLS. They may be the same.
/// </summary>
/// <param name="http">The proxy for <c>http://</c> addresses.</param>
/// <param name="https">
/// The proxy for <c>https://</c> addresses. Its own address nevertheless begins with <c>http://</c>, because clients talk to it
/// in the clear.
/// </param>
public sealed class SchemeProxy(Uri http, Uri https) : IWebProxy
{
    /// <summary>The credentials for the proxies; null for none.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>Returns the proxy for an address.</summary>
    public Uri GetProxy(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return destination.Scheme == Uri.UriSchemeHttps ? https : http;
    }

    /// <summary>Whether an address bypasses the proxy: none does.</summary>
    public bool IsBypassed(Uri host) => false;
}
