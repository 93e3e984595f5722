using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace NetworkingCourse.Application;

/// <summary>Extension methods that map requests by method, and send complete responses with their length.</summary>
internal static class Responding
{
    /// <summary>
    /// Maps requests for a page: GET, and HEAD, which asks for the same without its body (RFC 9110, section 9.3.2).
    /// </summary>
    public static void Get(this IEndpointRouteBuilder site, string pattern, RequestDelegate answer) =>
        site.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], answer);

    /// <summary>Maps requests in the same way, with POST handled like GET.</summary>
    public static void GetOrPost(this IEndpointRouteBuilder site, string pattern, RequestDelegate answer) =>
        site.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post], answer);

    public static Task HtmlAsync(this HttpContext context, string page) => SendAsync(context, page, "text/html; charset=utf-8");

    public static Task TextAsync(this HttpContext context, string text) => SendAsync(context, text, "text/plain; charset=utf-8");

    private static Task SendAsync(HttpContext context, string text, string contentType)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes).AsTask();
    }
}
