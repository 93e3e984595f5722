using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace NetworkingCourse.Application;

/// <summary>
/// The part of the workbench about state that a client keeps: entity tags (RFC 9110, section 8.8.3) and cookies (RFC 6265).
/// </summary>
internal static class BenchState
{
    private const string Visits = "visits";

    private static readonly byte[] Cached =
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("The same today as yesterday.\n", 50)));
    private static readonly string Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Cached))[..16]}\"";

    public static void Map(IEndpointRouteBuilder site)
    {
        site.Get("/cached", CachedAsync);
        site.Get("/cookies", CountAsync);
        site.Get("/cookies/forget", context =>
        {
            context.Response.Cookies.Delete(Visits);
            return context.TextAsync("Forgotten.\n");
        });
    }

    private static Task CachedAsync(HttpContext context)
    {
        context.Response.Headers.ETag = Tag;
        context.Response.Headers.CacheControl = "no-cache"; // store, but revalidate each time (RFC 9111, section 5.2.2.4)
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == Tag || known.Tag == "*"))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = Cached.Length;
        return context.Response.Body.WriteAsync(Cached).AsTask();
    }

    private static Task CountAsync(HttpContext context)
    {
        var before = int.TryParse(
            context.Request.Cookies[Visits], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        var now = before == int.MaxValue ? 1 : before + 1;
        context.Response.Cookies.Append(
            Visits,
            now.ToString(CultureInfo.InvariantCulture),
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });
        return context.TextAsync(string.Create(CultureInfo.InvariantCulture, $"Visit number {now}.\n"));
    }
}
