using System.Net;

namespace NetworkingCourse.Application;

/// <summary>
/// A proxy for each scheme: one for what is fetched in clear, one for what is fetched over TLS. They may be the same.
/// </summary>
/// <param name="http">The proxy for addresses with <c>http://</c>.</param>
/// <param name="https">
/// The proxy for addresses with <c>https://</c>. Its own address begins with <c>http://</c> nevertheless: it is spoken
/// to in clear.
/// </param>
public sealed class SchemeProxy(Uri http, Uri https) : IWebProxy
{
    /// <summary>What the proxies are told about who asks; null: nothing.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>The proxy for an address.</summary>
    public Uri GetProxy(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return destination.Scheme == Uri.UriSchemeHttps ? https : http;
    }

    /// <summary>Whether an address is to be fetched without a proxy: none is.</summary>
    public bool IsBypassed(Uri host) => false;
}
