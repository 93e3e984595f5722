using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// How many more times a request may be forwarded. With OPTIONS and TRACE a client finds out what stands between it and the
/// origin (RFC 9110, section 7.6.2).
/// </summary>
internal static class MaxForwards
{
    public const string Field = "Max-Forwards";

    /// <summary>The limit of a request; null if it has none.</summary>
    /// <exception cref="ProxyFault">The field is not one number.</exception>
    public static int? Of(HttpMessage request)
    {
        if (request.Method is not ("OPTIONS" or "TRACE") || request[Field] is not { } value)
        {
            return null;
        }

        if (value.Length == 0 || !value.All(char.IsAsciiDigit))
        {
            throw new ProxyFault(400, $"{Field} is one number, and not '{Octets.Shorten(value, 40)}'.");
        }

        // A larger number is reduced to the largest that this proxy supports, as the RFC has it.
        return Digits.TryParse(value, out int number) ? number : int.MaxValue;
    }
}
