using Microsoft.AspNetCore.Routing;

namespace NetworkingCourse.Application;

/// <summary>Which names the origin answers for, and with which pages.</summary>
internal static class SiteMap
{
    /// <summary>The sites whose certificates are wrong, each in its way. The pages behind them are all right, and no client of the course gets to see them.</summary>
    public const string Expired = "expired.test";

    /// <summary>A site that has no pages, only another name.</summary>
    public const string Short = "adder.test";

    /// <inheritdoc cref="Expired"/>
    public const string WrongName = "wrong-name.test";

    /// <inheritdoc cref="Expired"/>
    public const string Untrusted = "untrusted.test";

    /// <summary>Each site's names, and its pages.</summary>
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
