namespace NetworkingCourse.Application;

/// <summary>A fault that makes the proxy answer a request itself, instead of an origin.</summary>
/// <param name="status">The status code (RFC 9110, section 15).</param>
/// <param name="reason">The reason, for people.</param>
internal sealed class ProxyFault(int status, string reason) : Exception(reason)
{
    public int Status { get; } = status;

    /// <summary>An additional field of the response, for example <c>Proxy-Authenticate</c>.</summary>
    public string Field { get; init; } = "";
}
