using System.Text;

namespace NetworkingCourse.Application;

/// <summary>Determines how the end of a body is found: the eight rules of RFC 9112, section 6.3.</summary>
internal static class HttpBodyRules
{
    private const string Length = "Content-Length";
    private const string Coding = "Transfer-Encoding";

    /// <summary>Determines the framing of a message whose header is complete.</summary>
    /// <param name="start">The three parts of the start line.</param>
    /// <param name="isRequest">Whether it is a request.</param>
    /// <param name="asked">For a response, the method of its request.</param>
    /// <param name="fields">The header fields.</param>
    /// <param name="rules">The deviations to tolerate.</param>
    /// <exception cref="HttpFormatException">The framing is ambiguous, invalid or not supported.</exception>
    public static (HttpFraming Framing, int Length) Of(
        string[] start, bool isRequest, string asked, HttpFields fields, HttpRules rules)
    {
        // Rules 1 and 2: these responses have no body, whatever their fields say.
        var status = isRequest ? "" : start[1];
        var isEmpty = status is ['1', ..] or "204" or "304"
            || (asked == "CONNECT" && status is ['2', ..]);
        if (!isRequest && (asked == "HEAD" || isEmpty))
        {
            return (HttpFraming.None, 0);
        }

        var (codings, lengths) = (fields.All(Coding), fields.All(Length));
        var hasBoth = codings.Count > 0 && lengths.Count > 0;
        if (hasBoth && rules.LengthAndChunks == LengthAndChunks.Refused)
        {
            throw Refused(
                "a Content-Length and a Transfer-Encoding: one of the two is a lie",
                fields, Coding, $"{Length}: {lengths[0]} and {Coding}: {codings[0]}");
        }

        // Rules 3 and 4: chunked, unless the rules prefer the length.
        if (codings.Count > 0 && !(hasBoth && rules.LengthAndChunks == LengthAndChunks.LengthWins))
        {
            return Chunked(start[isRequest ? 2 : 0], codings, fields, rules);
        }

        // Rules 5 and 6: a single length.
        if (lengths.Count > 0)
        {
            var all = lengths
                .SelectMany(value => value.Split(',')).Select(value => value.Trim(' ', '\t')).ToList();
            return all.Count == 1 || rules.RepeatedLengths
                ? (HttpFraming.Length, HttpNumbers.Length(all[^1], fields.Place(Length), rules))
                : throw Refused("more than one Content-Length", fields, Length, string.Join(", ", all));
        }

        // Rules 7 and 8: without either, a request has no body; a response ends with the connection.
        return (isRequest ? HttpFraming.None : HttpFraming.Close, 0);
    }

    private static (HttpFraming Framing, int Length) Chunked(
        string version, List<string> values, HttpFields fields, HttpRules rules)
    {
        if (version == "HTTP/1.0" && rules.LengthAndChunks == LengthAndChunks.Refused)
        {
            throw Refused("HTTP/1.0 has no Transfer-Encoding", fields, Coding, values[0]);
        }

        var codings = HttpList.Members(values).Select(coding => coding.ToLowerInvariant()).ToList();
        if (codings is ["chunked"])
        {
            return (HttpFraming.Chunked, 0);
        }

        // If chunked is the last coding, and occurs only there, the end could be found, but the other codings are not implemented
        // (section 6.1).
        var status = codings.IndexOf("chunked") == codings.Count - 1 && codings.Count > 0 ? 501 : 400;
        throw Refused("a Transfer-Encoding other than chunked", fields, Coding, string.Join(", ", values), status);
    }

    private static HttpFormatException Refused(
        string reason, HttpFields fields, string name, string value, int status = 400) =>
        new(reason, fields.Place(name), Encoding.Latin1.GetBytes(value)) { Status = status };
}
