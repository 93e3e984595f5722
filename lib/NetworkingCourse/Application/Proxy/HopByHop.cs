namespace NetworkingCourse.Application;

/// <summary>
/// The header fields that are meant for the next hop alone (RFC 9110, section 7.6.1): a proxy reads them and does
/// not hand them on. What remains is meant for the other end.
/// </summary>
internal static class HopByHop
{
    private static readonly string[] Known =
        ["Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Upgrade"];

    // The body is handed on as it is framed, so its framing stays. A client that names the length as one of its
    // hop's would cut the body off, and one that names the host would have the proxy send what is no request.
    private static readonly string[] Needed = ["Content-Length", "Transfer-Encoding", "Host"];

    /// <summary>The fields for the other end: without those of this hop, and with <c>Via</c>, which tells of us.</summary>
    /// <param name="fields">The fields as they came.</param>
    /// <param name="version">The version of HTTP in which they came: <c>1.1</c>.</param>
    public static IEnumerable<(string Name, string Value)> HandOn(
        IReadOnlyList<(string Name, string Value)> fields, string version)
    {
        // Connection names further fields of this hop.
        var named = Tokens(fields, "Connection").Except(Needed, StringComparer.OrdinalIgnoreCase);
        var dropped = named.Union(Known, StringComparer.OrdinalIgnoreCase).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return fields.Where(field => !dropped.Contains(field.Name)).Append(("Via", $"{version} {ForwardProxy.Pseudonym}"));
    }

    /// <summary>The members of a comma-separated field, all fields of that name together (RFC 9110, section 5.6.1).</summary>
    public static IEnumerable<string> Tokens(IEnumerable<(string Name, string Value)> fields, string name) => fields
        .Where(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase))
        .SelectMany(field => field.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
