using System.Text;

namespace NetworkingCourse.Application;

/// <summary>How the end of a body is found: the eight rules of RFC 9112, section 6.3.</summary>
internal static class HttpBodyRules
{
    private const string Length = "Content-Length";
    private const string Coding = "Transfer-Encoding";

    public static (HttpFraming Framing, int Length) Of(string[] start, bool isRequest, string asked, HttpFields fields, HttpRules rules, int at)
    {
        if (isRequest && !rules.AnyHost && start[2] != "HTTP/1.0" && fields.All("Host").Count != 1)
        {
            throw new HttpFormatException("a request has one field Host", at, []);
        }

        // Rules 1 and 2: these have no body, whatever their fields say.
        if (!isRequest && (asked == "HEAD" || start[1][0] == '1' || start[1] is "204" or "304" || (asked == "CONNECT" && start[1][0] == '2')))
        {
            return (HttpFraming.None, 0);
        }

        var (codings, lengths) = (fields.All(Coding), fields.All(Length));
        if (codings.Count > 0 && lengths.Count > 0 && rules.LengthAndChunks == LengthAndChunks.Refused)
        {
            throw new HttpFormatException("a Content-Length and a Transfer-Encoding: one of the two is a lie", fields.Place(Coding), Encoding.Latin1.GetBytes($"{Length}: {lengths[0]} and {Coding}: {codings[0]}"));
        }

        // Rule 3 and 4.
        if (codings.Count > 0 && !(lengths.Count > 0 && rules.LengthAndChunks == LengthAndChunks.LengthWins))
        {
            return Chunked(start, isRequest, codings, fields, rules);
        }

        // Rules 5 and 6.
        if (lengths.Count > 0)
        {
            string[] all = [.. lengths.SelectMany(value => value.Split(',')).Select(value => value.Trim(' ', '\t'))];
            return all.Length == 1 || rules.RepeatedLengths
                ? (HttpFraming.Length, HttpNumbers.Length(all[^1], fields.Place(Length), rules))
                : throw new HttpFormatException("more than one Content-Length", fields.Place(Length), Encoding.Latin1.GetBytes(string.Join(", ", all)));
        }

        // Rules 7 and 8.
        return (isRequest ? HttpFraming.None : HttpFraming.Close, 0);
    }

    private static (HttpFraming Framing, int Length) Chunked(string[] start, bool isRequest, List<string> codings, HttpFields fields, HttpRules rules)
    {
        var coding = string.Join(", ", codings);
        if (start[isRequest ? 2 : 0] == "HTTP/1.0" && rules.LengthAndChunks == LengthAndChunks.Refused)
        {
            throw new HttpFormatException("HTTP/1.0 knows no Transfer-Encoding", fields.Place(Coding), Encoding.Latin1.GetBytes(coding));
        }

        return coding.Equals("chunked", StringComparison.OrdinalIgnoreCase) ? (HttpFraming.Chunked, 0)
            : throw new HttpFormatException("a Transfer-Encoding other than chunked", fields.Place(Coding), Encoding.Latin1.GetBytes(coding));
    }
}
