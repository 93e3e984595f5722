using System.Net;
using Microsoft.AspNetCore.Routing;

namespace NetworkingCourse.Application;

/// <summary>
/// <c>directory.test</c>: the entry point of the little internet, with a list of its sites and a search over their pages.
/// </summary>
internal static class DirectorySite
{
    private static readonly (string Address, string What)[] Listed =
    [
        ("https://music.test/", "old Chinese music"),
        ("http://adder.test/", "a programming language"),
        ("https://bench.test/", "a workbench for HTTP: redirects, bodies, caching, cookies, forms"),
        ("http://raw.test/", "answers written byte by byte, some with a wrong length"),
        ("https://expired.test/", "a certificate that has expired"),
        ("https://wrong-name.test/", "a certificate of somebody else"),
        ("https://untrusted.test/", "a certificate from an unknown authority"),
    ];

    public static void Map(IEndpointRouteBuilder site)
    {
        site.Get("/", context => context.HtmlAsync(Home()));
        site.Get("/search", context => context.HtmlAsync(Found(context.Request.Query["q"].ToString().Trim())));
    }

    private static string Home() => WebPage.Of(
        "Directory of the little internet",
        WebPage.Table(
            "sites",
            ["address", "what is there"],
            Listed.Select(site => (IEnumerable<string>)[Link(new Uri(site.Address), site.Address), site.What]))
        + """

        <form id="search" action="/search" method="get"><label>Search all sites <input name="q" type="search" required></label>
        """
        + " <button>Search</button></form>");

    private static string Found(string wanted)
    {
        var found = MusicSite.Index
            .Concat(AdderSite.Index)
            .Where(page => wanted.Length > 0 && page.Text.Contains(wanted, StringComparison.OrdinalIgnoreCase))
            .ToList();
        return WebPage.Of(
            $"Search: {wanted}",
            $"<p>Pages found: {found.Count}.</p><ol id=\"found\">"
            + string.Concat(found.Select(page => $"<li>{Link(page.Address, page.Title)}</li>"))
            + "</ol><p><a href=\"/\">Directory</a></p>");
    }

    private static string Link(Uri address, string text) => $"<a href=\"{address}\">{WebUtility.HtmlEncode(text)}</a>";
}
