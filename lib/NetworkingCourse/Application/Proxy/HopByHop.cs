namespace NetworkingCourse.Application;

/// <summary>
/// The hop-by-hop fields (RFC 9110, section 7.6.1), in the header or among the trailers: a proxy interprets them and does not
/// forward them. The remaining fields are end-to-end.
/// </summary>
internal static class HopByHop
{
    private static readonly string[] Known =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade",
        "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization",
    ];

    // The body is forwarded with its framing, so these fields stay. A client that lists
    // Content-Length in Connection would otherwise truncate the body, and one that lists Host would
    // make the proxy send an invalid request.
    private static readonly string[] Needed = ["Content-Length", "Transfer-Encoding", "Host"];

    /// <summary>Returns the fields to forward: without those of this hop, and with a <c>Via</c> for this proxy.</summary>
    /// <param name="fields">The fields as received.</param>
    /// <param name="version">The HTTP version of the received message: <c>1.1</c>.</param>
    public static IEnumerable<(string Name, string Value)> FieldsToForward(
        IReadOnlyList<(string Name, string Value)> fields, string version) =>
        Without(fields, fields).Append(("Via", $"{version} {ForwardProxy.Pseudonym}"));

    /// <summary>Returns fields without those of this hop.</summary>
    /// <param name="fields">Header or trailer fields, as received.</param>
    /// <param name="header">The header, whose Connection field names further fields of this hop.</param>
    public static IEnumerable<(string Name, string Value)> Without(
        IReadOnlyList<(string Name, string Value)> fields,
        IReadOnlyList<(string Name, string Value)> header)
    {
        var ignoreCase = StringComparer.OrdinalIgnoreCase;
        var connection = header.Where(field => ignoreCase.Equals(field.Name, "Connection"));
        var listed = HttpList.Members(connection.Select(field => field.Value));
        var named = listed.Except(Needed, ignoreCase);
        var dropped = named.Union(Known, ignoreCase).ToHashSet(ignoreCase);
        return fields.Where(field => !dropped.Contains(field.Name));
    }
}
