using System.Globalization;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The messages that a caching proxy sends, and what it may keep.</summary>
internal static class CachedResponse
{
    // What the proxy writes itself: it has the whole body, and so its length.
    private static readonly string[] Framing = ["Content-Length", "Transfer-Encoding"];
    private static readonly string[] NeverStale = ["no-cache", "must-revalidate", "proxy-revalidate", "s-maxage"];
    private static readonly string[] Rewritten = [.. Framing, "Age"];

    /// <summary>Whether the answer to a request may be stored (RFC 9111, section 3). This cache keeps whole pages only.</summary>
    public static bool MayStore(HttpMessage request, HttpMessage response, bool isShared)
    {
        var control = new CacheControl(response["Cache-Control"]);
        var isPersonal = control.Has("private") || (request["Authorization"] is not null
            && !control.Has("public") && !control.Has("s-maxage") && !control.Has("must-revalidate"));
        return request.Method == "GET"
            && response.Status == 200
            // If a body ends with the connection, there is no telling whether it was cut off.
            && response.Framing is HttpFraming.Length or HttpFraming.Chunked
            && !control.Has("no-store")
            && !(isShared && isPersonal)
            && !HttpList.Members([response["Vary"] ?? ""]).Contains("*");
    }

    /// <summary>Whether an answer may be used although it is stale, if the origin cannot be reached (section 4.2.4).</summary>
    public static bool MayBeUsedStale(CacheEntry kept) =>
        !NeverStale.Any(kept.Control.Has);

    /// <summary>Returns the request to forward. With a stored answer, it asks only whether that is still good.</summary>
    public static byte[] Request(HttpMessage request, CacheEntry? validating)
    {
        var (tag, modified) = (validating?.Response["ETag"], validating?.Response["Last-Modified"]);
        var fields = HopByHop.FieldsToForward(request.Fields, "1.1")
            .Where(field => !Is(field.Name, "Host") && !Rewritten.Any(name => Is(field.Name, name)))
            .Where(field => validating is null || !field.Name.StartsWith("If-", StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (tag is not null)
        {
            fields.Add(("If-None-Match", tag));
        }
        else if (modified is not null)
        {
            fields.Add(("If-Modified-Since", modified));
        }

        if (request.Framing != HttpFraming.None)
        {
            fields.Add(("Content-Length", request.Body.Length.ToString(CultureInfo.InvariantCulture)));
        }

        return HttpWriter.Request(request.Method, request.Target, request["Host"] ?? "", fields, request.Body);
    }

    /// <summary>Returns the stored answer with the fields of a 304, which replace its own (section 4.3.4).</summary>
    public static CacheEntry Refreshed(
        CacheEntry kept, HttpMessage notModified, DateTimeOffset asked, DateTimeOffset received)
    {
        var newer = notModified.Fields.Where(field => !Framing.Any(name => Is(field.Name, name))).ToList();
        var older = kept.Response.Fields.Where(field =>
            !Rewritten.Any(name => Is(field.Name, name)) && !newer.Any(one => Is(one.Name, field.Name)));
        var reader = HttpMessageReader.OfResponse();
        reader.Read(HttpWriter.Response(200, "OK", [.. older, .. newer], kept.Response.Body));
        return new CacheEntry(reader.Message!, asked, received);
    }

    /// <summary>Returns a stored answer as it is sent: with its age.</summary>
    public static byte[] Of(CacheEntry kept, string status, bool isShared, DateTimeOffset now) => Written(
        kept.Response,
        ("Age", InvariantText.Format($"{Math.Max(0, Math.Floor(kept.Age(now).TotalSeconds)):F0}")),
        ("Cache-Status", InvariantText.Format($"{status}; ttl={Math.Floor(kept.Left(isShared, now).TotalSeconds):F0}")));

    /// <summary>Returns an answer of the origin as it is passed on.</summary>
    public static byte[] Of(HttpMessage response, string status) => Written(
        response,
        response["Age"] is { } age ? ("Age", age) : default,
        ("Cache-Status", status));

    /// <summary>Returns the answer if the origin gave none.</summary>
    public static byte[] Of(Exception failure) => HttpWriter.Response(
        failure is TimeoutException ? 504 : 502,
        failure is TimeoutException ? "Gateway Timeout" : "Bad Gateway",
        [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")],
        System.Text.Encoding.UTF8.GetBytes($"The origin gave no whole answer: {failure.Message}\n"));

    private static byte[] Written(HttpMessage response, params (string Name, string Value)[] added)
    {
        // The answer to a HEAD has the length of a body that does not follow; the body of any other has been read.
        var isBodiless = response.Framing == HttpFraming.None;
        var fields = HopByHop.FieldsToForward(response.Fields, "1.1")
            .Where(field => !Rewritten.Any(name => Is(field.Name, name)) || (isBodiless && !Is(field.Name, "Age")))
            .Concat(added.Where(field => field.Name is not null));
        return HttpWriter.Response(response.Status, Reason(response), fields, response.Body);
    }

    private static string Reason(HttpMessage response) => response.StartLine.Split(' ', 3) is [_, _, var reason] ? reason : "";

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
