using System.Net;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Checking;

/// <summary>Short texts in which backticks mark code, and stars emphasis, as in Markdown.</summary>
internal static partial class Prose
{
    /// <summary>The text as HTML.</summary>
    public static string ToHtml(string text) => Marked().Replace(
        WebUtility.HtmlEncode(text),
        found => found.Groups["code"] is { Success: true, Value: var code } ? $"<code>{code}</code>"
            : $"<em>{found.Groups["emphasis"].Value}</em>");

    // Code first: a star in it is a star.
    [GeneratedRegex(@"`(?<code>[^`]+)`|(?<![\w*])\*(?<emphasis>\w[^*`]*)\*(?![\w*])")]
    private static partial Regex Marked();
}
