using System.Globalization;

namespace NetworkingCourse.Application;

/// <summary>How one knows where the body of a message ends (RFC 9112, section 6.3).</summary>
/// <param name="End">Which way.</param>
/// <param name="Length">How many bytes, where it has a length.</param>
internal readonly record struct BodyFraming(BodyEnd End, long Length = 0)
{
    /// <summary>How the body of a request is framed.</summary>
    /// <exception cref="ProxyFault">Two readers could find its end in two places.</exception>
    public static BodyFraming OfRequest(MessageHead head) => Of(head) ?? new BodyFraming(BodyEnd.None);

    /// <summary>How the body of a response is framed.</summary>
    /// <param name="head">The response's head.</param>
    /// <param name="method">The method of the request that it answers.</param>
    /// <param name="status">Its status code.</param>
    /// <exception cref="ProxyFault">Two readers could find its end in two places.</exception>
    public static BodyFraming OfResponse(MessageHead head, string method, int status) =>
        method == "HEAD" || status is >= 100 and <= 199 or 204 or 304 ? new BodyFraming(BodyEnd.None) : Of(head) ?? new BodyFraming(BodyEnd.Close);

    private static BodyFraming? Of(MessageHead head)
    {
        var codings = HopByHop.Tokens(head.Fields, "Transfer-Encoding").ToList();
        var lengths = HopByHop.Tokens(head.Fields, "Content-Length").Distinct().ToList();
        if (codings.Count > 0)
        {
            return lengths.Count == 0 && codings is [var only] && only.Equals("chunked", StringComparison.OrdinalIgnoreCase) ? new BodyFraming(BodyEnd.Chunked)
                : throw new ProxyFault(400, "A body that is framed in two ways, or in a way that is not known here.");
        }

        return lengths.Count == 0 ? null
            : lengths is [var text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? new BodyFraming(BodyEnd.Length, length)
            : throw new ProxyFault(400, "A Content-Length that is no length, or two that differ.");
    }
}

/// <summary>The ways in which a body can end.</summary>
internal enum BodyEnd
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>After as many bytes as the field Content-Length says.</summary>
    Length,

    /// <summary>After the last chunk and the trailer fields.</summary>
    Chunked,

    /// <summary>Where the connection ends.</summary>
    Close,
}
