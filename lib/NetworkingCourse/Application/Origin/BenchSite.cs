using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace NetworkingCourse.Application;

/// <summary><c>bench.test</c>: a workbench, with an address for each feature of HTTP that a lesson examines by itself.</summary>
internal static class BenchSite
{
    /// <summary>The longest body that is echoed, in bytes.</summary>
    public const int MaxEchoed = 64 * 1024;

    private static readonly (string Path, string What)[] Tools =
    [
        ("/echo", "gives the request back"),
        ("/redirect/301", "moved: permanently; also 302, 303, 307, 308"),
        ("/status/404", "answers with this status"),
        ("/length", "a body with a Content-Length"),
        ("/chunked", "a body in chunks"),
        ("/gzip", "compressed, if the client can take it"),
        ("/slow", "a line every tenth of a second, five of them"),
        ("/cached", "has an entity tag, and need not be sent twice"),
        ("/cookies", "counts your visits"),
        ("/cookies/forget", "forgets them"),
        ("/form", "a form, and what came of it"),
    ];

    public static void Map(IEndpointRouteBuilder site)
    {
        site.Get("/", context => context.HtmlAsync(Home()));
        site.Map("/echo", EchoAsync);
        site.Map("/redirect/{code:int}", Redirect);
        site.Map("/status/{code:int}", Status);
        site.Get("/form", context => context.HtmlAsync(WebPage.Of("A form", Form)));
        site.MapPost("/form", FilledInAsync);
        BenchBodies.Map(site);
        BenchState.Map(site);
    }

    private const string Form =
        """
        <form id="order" action="/form" method="post">
        <label>What <select name="what"><option>tea</option><option>coffee</option></select></label>
        <label>How many <input name="count" type="number" value="1"></label> <label>Note <textarea name="note"></textarea></label>
        """
        + """
         <button>Order</button>
        </form>
        """;

    private static string Home() => WebPage.Of(
        "Workbench",
        WebPage.Table(
            "tools",
            ["address", "what it does"],
            Tools.Select(tool => (IEnumerable<string>)[$"<a href=\"{tool.Path}\">{tool.Path}</a>", tool.What])) + Form);

    /// <summary>Returns the request as the origin received it, in HTTP/1.1 notation, whatever its version.</summary>
    private static async Task EchoAsync(HttpContext context)
    {
        var request = context.Request;
        var (body, isAll) = await ReadAsync(request.Body, context.RequestAborted).ConfigureAwait(false);
        if (!isAll)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        var text = new StringBuilder($"{request.Method} {request.Path}{request.QueryString} {request.Protocol}\n");
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                text.Append(name).Append(": ").Append(value).Append('\n');
            }
        }

        await context.TextAsync(text.Append('\n').Append(Encoding.UTF8.GetString(body)).ToString()).ConfigureAwait(false);
    }

    private static Task Redirect(HttpContext context)
    {
        var code = int.Parse((string)context.Request.RouteValues["code"]!, CultureInfo.InvariantCulture);
        context.Response.StatusCode = code is 301 or 302 or 303 or 307 or 308 ? code : StatusCodes.Status404NotFound;
        if (context.Response.StatusCode == code)
        {
            context.Response.Headers.Location = "/echo";
        }

        return Task.CompletedTask;
    }

    private static Task Status(HttpContext context)
    {
        var code = int.Parse((string)context.Request.RouteValues["code"]!, CultureInfo.InvariantCulture);
        // 1xx is not a final response (RFC 9110, section 15.2), and 599 is the highest status code.
        context.Response.StatusCode = code is >= 200 and <= 599 ? code : StatusCodes.Status404NotFound;
        return code is 204 or 205 or 304 ? Task.CompletedTask : context.TextAsync($"{code}\n");
    }

    private static async Task FilledInAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var fields = form.SelectMany(
            field => field.Value,
            (field, value) => (IEnumerable<string>)[WebUtility.HtmlEncode(field.Key), WebUtility.HtmlEncode(value ?? "")]);
        await context.HtmlAsync(WebPage.Of(
            "Thank you",
            WebPage.Table("fields", ["field", "value"], fields) + "<p><a href=\"/form\">Again</a></p>")).ConfigureAwait(false);
    }

    private static async Task<(byte[] Body, bool IsAll)> ReadAsync(Stream body, CancellationToken cancellation)
    {
        var buffer = new byte[MaxEchoed + 1];
        var count = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation)
            .ConfigureAwait(false);
        return (buffer[..count], count <= MaxEchoed);
    }
}
