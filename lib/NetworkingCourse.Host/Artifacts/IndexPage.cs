using System.Net;
using System.Text;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Host.Artifacts;

/// <summary>The page that shows all figures of a folder by chapter. It needs neither other files nor the network.</summary>
internal static class IndexPage
{
    private const string Style =
        """
        :root { color-scheme: light dark; }
        body { font-family: system-ui, sans-serif; line-height: 1.45; margin: 0 auto; padding: 1.5em; max-width: 64em; }
        h1 { margin-bottom: .2em; } h2 { margin-top: 2em; }
        h3 { margin-top: 2em; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding-bottom: .2em; }
        nav ul { list-style: none; padding: 0; columns: 2 18em; } nav li { margin: .15em 0; }
        .made { opacity: .9; } .files { font-size: .9em; opacity: .9; margin: -.4em 0 1.6em 0; }
        .failed { border-left: 4px solid #d9534a; padding-left: .7em; white-space: pre-wrap; }
        .earlier { border-left: 4px dashed #b07d1a; padding-left: 1em; } .earlier-note { font-weight: 600; }
        """;

    private static readonly Dictionary<string, string> Chapters = new()
    {
        [""] = "Start here",
        ["1-application"] = "1 · The application layer",
        ["2-transport"] = "2 · The transport layer",
        ["3-network"] = "3 · The network layer",
        ["4-server-architecture"] = "4 · Server architecture",
    };

    /// <param name="manifest">The contents of the folder.</param>
    /// <param name="written">The notebooks that this run has written. All others are marked as results of earlier runs.</param>
    /// <param name="read">Reads the figure with a path, given without extension; returns null if it no longer exists.</param>
    public static string Of(Manifest manifest, IReadOnlySet<string> written, Func<string, Figure?> read)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">\n")
            .Append("<title>Networking Course: the figures</title>\n<style>")
            .Append(Style).Append("</style>\n</head>\n<body>\n<h1>Networking Course: the figures</h1>\n");
        page.Append("<p class=\"made\">Last run: ").Append(Encode(Provenance.Here().ToString())).Append("</p>\n<nav><ul>");
        foreach (var (name, notebook) in manifest.Notebooks)
        {
            var origin = written.Contains(name) ? "" : ", from an earlier run";
            page.Append(FormattableString.Invariant(
                $"<li><a href=\"#{Anchor(name)}\">{Encode(notebook.Title)}</a>: {Summary(notebook)}{origin}</li>"));
        }

        page.Append("</ul></nav>\n");
        foreach (var chapter in manifest.Notebooks.GroupBy(notebook =>
            notebook.Key.Contains('/', StringComparison.Ordinal) ? notebook.Key[..notebook.Key.LastIndexOf('/')] : ""))
        {
            page.Append("<section>\n<h2>").Append(Encode(Chapters.GetValueOrDefault(chapter.Key, chapter.Key))).Append("</h2>\n");
            foreach (var (name, notebook) in chapter)
            {
                Append(page, name, notebook, isEarlier: !written.Contains(name), read);
            }

            page.Append("</section>\n");
        }

        return page.Append(FigurePage.Script()).Append("\n</body>\n</html>\n").ToString();
    }

    private static string Summary(NotebookRecord notebook) =>
        notebook.Succeeded
            ? FormattableString.Invariant($"{notebook.Figures.Count} {(notebook.Figures.Count == 1 ? "figure" : "figures")}")
        : notebook.Outcome == NotebookRecord.Interrupted ? $"<b>{NotebookRecord.Interrupted}</b>"
        : "<b>failed</b>";

    private static void Append(
        StringBuilder page, string name, NotebookRecord notebook, bool isEarlier, Func<string, Figure?> read)
    {
        var style = isEarlier ? " class=\"earlier\"" : "";
        page.Append(FormattableString.Invariant($"<article id=\"{Anchor(name)}\"{style}>\n<h3>{Encode(notebook.Title)}</h3>\n"));
        if (isEarlier)
        {
            page.Append("<p class=\"earlier-note\">From an earlier run, not from the last one. Made: ")
                .Append(Encode(notebook.Made?.ToString() ?? "date unknown"))
                .Append("</p>\n");
        }

        var elapsed = notebook.Seconds is { } seconds ? FormattableString.Invariant($" · {seconds:F1} s") : "";
        page.Append(FormattableString.Invariant(
            $"<p class=\"files\"><a href=\"notebooks/{Link(name)}\">the executed notebook</a>{elapsed}</p>\n"));
        if (!notebook.Succeeded)
        {
            page.Append("<p class=\"failed\">").Append(Encode(notebook.Outcome)).Append("</p>\n");
        }

        foreach (var path in notebook.Figures)
        {
            if (read(path) is not { } figure)
            {
                page.Append(FormattableString.Invariant(
                    $"<p class=\"failed\">The data of this figure no longer exists: {Encode(path)}.json</p>\n"));
                continue;
            }

            page.Append(figure.ToHtml());
            var link = Link(path);
            var data = FormattableString.Invariant($"<a href=\"{link}.json\">JSON</a>, <a href=\"{link}.csv\">CSV</a>");
            page.Append(FormattableString.Invariant(
                $"<p class=\"files\"><a href=\"{link}.html\">this figure on a page of its own</a> · data: {data}</p>\n"));
        }

        page.Append("</article>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Anchor(string name) => Encode(Path.ChangeExtension(name, null)!.Replace('/', '-').Replace(' ', '-'));

    private static string Link(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
