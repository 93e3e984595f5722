using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace NetworkingCourse.Application;

/// <summary>
/// <c>adder.test</c>: the home of a programming language named after a snake. It redirects to TLS and to its full name, so that
/// <c>http://adder.test/</c> is two redirects away from <c>https://www.adder.test/</c>.
/// </summary>
internal static class AdderSite
{
    private static readonly string Page = WebPage.Of(
        "Welcome to Adder",
        """
        <p>Adder is a programming language that lets you add quickly. <a href="/docs/">Documentation</a>,
        """
        + """
         <a href="/about">About</a>.</p>
        <h2>Releases</h2>

        """
        + WebPage.Table(
            "releases",
            ["version", "released", "supported until"],
            [
                ["3.2", "2026-10-05", "2031-10"],
                ["3.1", "2025-10-06", "2030-10"],
                ["3.0", "2024-10-07", "2029-10"],
                ["2.7", "2010-07-03", "ended"],
            ])
        + """

        <h2>News</h2>
        <ul id="news"><li><a href="https://directory.test/search?q=adder">Who writes about Adder</a></li>
        """
        + """
        <li><a href="https://bench.test/redirect/302">A link that has moved</a></li></ul>
        <form id="search" action="https://directory.test/search" method="get"><label>Search <input name="q" type="search"></label>
        """
        + " <button>Go</button></form>");

    private static readonly string Docs = WebPage.Of(
        "Adder documentation",
        "<p><code>add 2 2</code> is <code>4</code>. That is all there is to it.</p><p><a href=\"/\">Home</a></p>");

    private static readonly string About = WebPage.Of(
        "About Adder", "<p>Made for a course on networks, and for nothing else.</p><p><a href=\"/\">Home</a></p>");

    /// <summary>Maps the pages, which are at the full name.</summary>
    public static void Map(IEndpointRouteBuilder site)
    {
        site.GetOrPost("/", context => UnlessPlain(context, Page));
        site.GetOrPost("/index.html", context => UnlessPlain(context, Page));
        site.Get("/docs/", context => UnlessPlain(context, Docs));
        site.Get("/about", context => UnlessPlain(context, About));
    }

    /// <summary>Answers any request to the short name: it redirects to TLS first, and then to the full name.</summary>
    public static Task AnswerShortAsync(HttpContext context) =>
        MoveAsync(context, context.Request.IsHttps ? "https://www.adder.test" : "https://adder.test");

    /// <summary>The pages of this site that a search can find: address, title, text.</summary>
    public static IEnumerable<(Uri Address, string Title, string Text)> Index =>
    [
        (new Uri("https://www.adder.test/"), "Welcome to Adder", "Adder is a programming language that lets you add quickly"),
        (new Uri("https://www.adder.test/docs/"), "Adder documentation", "add 2 2 is 4"),
    ];

    private static Task UnlessPlain(HttpContext context, string page) =>
        context.Request.IsHttps ? context.HtmlAsync(page) : MoveAsync(context, "https://www.adder.test");

    private static Task MoveAsync(HttpContext context, string to)
    {
        context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        context.Response.Headers.Location = $"{to}{context.Request.Path}{context.Request.QueryString}";
        return Task.CompletedTask;
    }
}
