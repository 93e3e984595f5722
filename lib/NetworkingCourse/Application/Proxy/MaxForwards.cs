using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The number of times that a request may still be forwarded. With OPTIONS and TRACE, a client can use it to find out which
/// proxies are on the way to the origin (RFC 9110, section 7.6.2).
/// </summary>
internal static class MaxForwards
{
    public const string Field = "Max-Forwards";

    /// <summary>Returns the limit of a request; null if it has none.</summary>
    /// <exception cref="ProxyFault">The field is not a single number.</exception>
    public static int? Of(HttpMessage request)
    {
        if (request.Method is not ("OPTIONS" or "TRACE") || request[Field] is not { } value)
        {
            return null;
        }

        if (value.Length == 0 || !value.All(char.IsAsciiDigit))
        {
            throw new ProxyFault(400, $"{Field} must be a single number, not '{Octets.Shorten(value, 40)}'.");
        }

        // A larger number is reduced to the largest that this proxy supports, as the RFC prescribes.
        return Digits.TryParse(value, out int number) ? number : int.MaxValue;
    }
}
