using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace NetworkingCourse.Application;

/// <summary>The part of the workbench about bodies: how one knows where they end, and what they are packed in.</summary>
internal static class BenchBodies
{
    private const int MaxLines = 100;
    private const int LongestPause = 2000; // ms

    private static readonly byte[] Poem = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("A rose is a rose is a rose.\n", 100)));

    public static void Map(IEndpointRouteBuilder site)
    {
        site.Get("/length", context => context.TextAsync("Thirty-seven bytes, and no one more.\n"));
        site.Get("/chunked", context => LinesAsync(context, 3, pause: 0));
        site.Get("/slow", context => LinesAsync(context, NumberOf(context, "lines", 5, MaxLines), NumberOf(context, "pause", 100, LongestPause)));
        site.Get("/gzip", GzipAsync);
    }

    // Whoever writes before it has said how long the body is leaves Kestrel no choice but to send it in chunks (RFC 9112, section 7.1).
    private static async Task LinesAsync(HttpContext context, int lines, int pause)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        for (var line = 1; line <= lines; line++)
        {
            if (line > 1)
            {
                await Task.Delay(pause, context.RequestAborted).ConfigureAwait(false);
            }

            await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"line {line} of {lines}\n"), context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async Task GzipAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.Vary = "Accept-Encoding"; // a cache in between must not give the one to who asked for the other
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

    private static int NumberOf(HttpContext context, string name, int otherwise, int most) =>
        int.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, most) : otherwise;
}
