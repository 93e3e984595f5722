using System.Net;

namespace NetworkingCourse.Application;

/// <summary>
/// The template of all pages of the little internet: a head, a heading, the content, and links to the other sites.
/// </summary>
internal static class WebPage
{
    private const string Style =
        "body{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}"
        + "td,th{padding:.2rem .8rem;border-bottom:1px solid #8886;text-align:left}"
        + "footer{margin-top:2rem;border-top:1px solid #8886}";

    /// <param name="title">The title of the page, also shown as its heading.</param>
    /// <param name="content">The content, as HTML.</param>
    /// <param name="language">The language tag (RFC 5646).</param>
    public static string Of(string title, string content, string language = "en") =>
        ($"""
        <!DOCTYPE html>
        <html lang="{language}">
        <head>
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>{Style}</style>
        </head>
        <body>
        <h1>{WebUtility.HtmlEncode(title)}</h1>
        {content}
        <footer><p><a href="https://directory.test/">Directory</a> · <a href="https://music.test/">Music</a>
        """
        + """
         · <a href="https://www.adder.test/">Adder</a> · <a href="https://bench.test/">Workbench</a></p></footer>
        </body>
        </html>

        """).ReplaceLineEndings("\n");

    /// <summary>Returns an HTML table. The cells must already be HTML.</summary>
    public static string Table(string id, IEnumerable<string> head, IEnumerable<IEnumerable<string>> rows) =>
        $"<table id=\"{id}\">\n"
        + $"<thead><tr>{string.Concat(head.Select(cell => $"<th>{cell}</th>"))}</tr></thead>\n"
        + "<tbody>\n"
        + string.Concat(rows.Select(row => $"<tr>{string.Concat(row.Select(cell => $"<td>{cell}</td>"))}</tr>\n"))
        + "</tbody>\n</table>";
}
