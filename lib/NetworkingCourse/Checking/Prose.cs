using System.Net;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Checking;

/// <summary>Short texts in which backticks mark code, as in Markdown.</summary>
internal static partial class Prose
{
    /// <summary>The text as HTML.</summary>
    public static string ToHtml(string text) => Code().Replace(WebUtility.HtmlEncode(text), "<code>$1</code>");

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
