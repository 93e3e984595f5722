using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace NetworkingCourse.Application;

/// <summary>The part of the workbench about bodies: their framing and their content codings.</summary>
internal static class BenchBodies
{
    private const int MaxLines = 100;
    private const int MaxPause = 2000; // ms

    private static readonly byte[] Poem =
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("A rose is a rose is a rose.\n", 100)));

    public static void Map(IEndpointRouteBuilder site)
    {
        site.Get("/length", context => context.TextAsync("Thirty-seven bytes, and no one more.\n"));
        site.Get("/chunked", context => LinesAsync(context, 3, pause: 0));
        site.Get(
            "/slow",
            context => LinesAsync(
                context, NumberOf(context, "lines", 5, MaxLines), NumberOf(context, "pause", 100, MaxPause)));
        site.Get("/gzip", GzipAsync);
    }

    // The length of the body is not set before the first write, so Kestrel has to send it in chunks (RFC 9112, section 7.1).
    private static async Task LinesAsync(HttpContext context, int lines, int pause)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        for (var line = 1; line <= lines; line++)
        {
            if (line > 1)
            {
                await Task.Delay(pause, context.RequestAborted).ConfigureAwait(false);
            }

            var text = string.Create(CultureInfo.InvariantCulture, $"line {line} of {lines}\n");
            await context.Response.WriteAsync(text, context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async Task GzipAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.Vary = "Accept-Encoding"; // so that a cache does not mix up the two representations
        if (!context.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality != 0))
        {
            context.Response.ContentLength = Poem.Length;
            await context.Response.Body.WriteAsync(Poem).ConfigureAwait(false);
            return;
        }

        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(Poem).ConfigureAwait(false);
        }

        context.Response.Headers.ContentEncoding = "gzip";
        context.Response.ContentLength = packed.Length;
        await context.Response.Body.WriteAsync(packed.ToArray()).ConfigureAwait(false);
    }

    private static int NumberOf(HttpContext context, string name, int otherwise, int max) =>
        int.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, max)
            : otherwise;
}
