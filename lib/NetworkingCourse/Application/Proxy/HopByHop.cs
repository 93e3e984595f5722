namespace NetworkingCourse.Application;

/// <summary>
/// The fields that are meant for the next hop alone (RFC 9110, section 7.6.1), in the header or among the trailers:
/// a proxy reads them and does not hand them on. What remains is meant for the other end.
/// </summary>
internal static class HopByHop
{
    private static readonly string[] Known =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade",
        "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization",
    ];

    // The body is handed on as it is framed, so its framing stays. A client that names the length as one of its
    // hop's would cut the body off, and one that names the host would have the proxy send what is no request.
    private static readonly string[] Needed = ["Content-Length", "Transfer-Encoding", "Host"];

    /// <summary>The fields for the other end: without those of this hop, and with <c>Via</c>, which tells of us.</summary>
    /// <param name="fields">The fields as they came.</param>
    /// <param name="version">The version of HTTP in which they came: <c>1.1</c>.</param>
    public static IEnumerable<(string Name, string Value)> HandOn(
        IReadOnlyList<(string Name, string Value)> fields, string version) =>
        Without(fields, fields).Append(("Via", $"{version} {ForwardProxy.Pseudonym}"));

    /// <summary>Fields without those of this hop.</summary>
    /// <param name="fields">Header fields or trailers, as they came.</param>
    /// <param name="header">The header, in which Connection names further fields of this hop.</param>
    public static IEnumerable<(string Name, string Value)> Without(
        IReadOnlyList<(string Name, string Value)> fields, IReadOnlyList<(string Name, string Value)> header)
    {
        var ignoreCase = StringComparer.OrdinalIgnoreCase;
        var connection = header.Where(field => ignoreCase.Equals(field.Name, "Connection"));
        var named = HttpList.Members(connection.Select(field => field.Value)).Except(Needed, ignoreCase);
        var dropped = named.Union(Known, ignoreCase).ToHashSet(ignoreCase);
        return fields.Where(field => !dropped.Contains(field.Name));
    }
}
