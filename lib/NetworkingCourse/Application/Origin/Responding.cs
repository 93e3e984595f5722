using System.Text;
using Microsoft.AspNetCore.Http;

namespace NetworkingCourse.Application;

/// <summary>Whole answers, with their length.</summary>
internal static class Responding
{
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
