using HtmlAgilityPack;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>Checks the links of a site that is a folder: every file and every anchor must be there.</summary>
internal static class Links
{
    /// <summary>The links that lead nowhere, each with its page.</summary>
    public static IReadOnlyList<string> Dead(string folder)
    {
        var dead = new List<string>();
        var anchors = new Dictionary<string, HashSet<string>>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.html", SearchOption.AllDirectories))
        {
            var page = Path.GetRelativePath(folder, file);
            var document = Load(file);
            anchors[file] = Anchors(document);
            foreach (var link in All(document).Where(link => !IsOutside(link)))
            {
                var parts = link.Split('#', 2);
                var target = parts[0].Length == 0 ? file
                    : Path.GetFullPath(Uri.UnescapeDataString(parts[0]), Path.GetDirectoryName(file)!);
                if (!target.StartsWith(folder, StringComparison.Ordinal) || !File.Exists(target))
                {
                    dead.Add($"{page}: {link}");
                }
                else if (parts.Length > 1 && parts[1].Length > 0)
                {
                    anchors.TryAdd(target, Anchors(Load(target)));
                    if (!anchors[target].Contains(Uri.UnescapeDataString(parts[1])))
                    {
                        dead.Add($"{page}: {link} (no such anchor)");
                    }
                }
            }
        }

        return dead;
    }

    /// <summary>What the pages load or show from elsewhere than their own folder.</summary>
    public static IEnumerable<string> LoadedFromOutside(string folder) =>
        from file in Directory.EnumerateFiles(folder, "*.html", SearchOption.AllDirectories)
        from node in Load(file).DocumentNode.Descendants().Where(node => node.Name is "script" or "link" or "img" or "iframe")
        let link = (node.Attributes["src"] ?? node.Attributes["href"])?.Value
        where link is not null && !link.StartsWith("data:", StringComparison.Ordinal)
            && (link.StartsWith('/') || Uri.TryCreate(link, UriKind.Absolute, out _))
        select $"{Path.GetRelativePath(folder, file)}: {link}";

    private static HtmlDocument Load(string file)
    {
        var document = new HtmlDocument();
        document.Load(file, System.Text.Encoding.UTF8);
        return document;
    }

    private static HashSet<string> Anchors(HtmlDocument document) =>
        [.. document.DocumentNode.Descendants().Select(node => Decoded(node.Id)).Where(id => id.Length > 0)];

    private static IEnumerable<string> All(HtmlDocument document) =>
        document.DocumentNode.Descendants()
            .SelectMany(node => new[] { node.Attributes["href"], node.Attributes["src"] })
            .Where(link => link is not null)
            .Select(link => Decoded(link!.Value));

    private static string Decoded(string? text) => System.Net.WebUtility.HtmlDecode(text ?? "");

    private static bool IsOutside(string link) =>
        link.Length > 0 && link[0] != '#' && Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme != "file";
}
