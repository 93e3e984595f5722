namespace NetworkingCourse.Application;

/// <summary>Something because of which the proxy answers itself, instead of an origin.</summary>
/// <param name="status">The status code (RFC 9110, section 15).</param>
/// <param name="reason">Why, for people.</param>
internal sealed class ProxyFault(int status, string reason) : Exception(reason)
{
    public int Status { get; } = status;

    /// <summary>The field of the answer that goes with it: <c>Proxy-Authenticate</c>, for instance.</summary>
    public string Field { get; init; } = "";
}
