using Microsoft.AspNetCore.Routing;

namespace NetworkingCourse.Application;

/// <summary>The names that the origin serves, and their pages.</summary>
internal static class SiteMap
{
    /// <summary>
    /// The sites with an invalid certificate, each for a different reason. Their pages are fine, but no client of the course
    /// gets to see them.
    /// </summary>
    public const string Expired = "expired.test";

    /// <summary>A site that has no pages, but only redirects to another name.</summary>
    public const string Short = "adder.test";

    /// <inheritdoc cref="Expired"/>
    public const string WrongName = "wrong-name.test";

    /// <inheritdoc cref="Expired"/>
    public const string Untrusted = "untrusted.test";

    /// <summary>The names of each site, and its pages.</summary>
    public static IReadOnlyList<(string[] Hosts, Action<IEndpointRouteBuilder> Map)> All { get; } =
    [
        (["directory.test"], DirectorySite.Map),
        (["music.test"], MusicSite.Map),
        (["www.adder.test"], AdderSite.Map),
        (["bench.test"], BenchSite.Map),
        ([Expired, WrongName, Untrusted], site => site.Get("/", context => context.HtmlAsync(
            WebPage.Of(context.Request.Host.Host, "<p>If you can read this over TLS, your client believes too much.</p>")))),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Hosts { get; } = [.. All.SelectMany(site => site.Hosts), Short];
}
