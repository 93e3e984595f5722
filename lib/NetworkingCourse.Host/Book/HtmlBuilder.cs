using System.Text;

namespace NetworkingCourse.Host.Book;

/// <summary>Puts HTML together.</summary>
internal static class HtmlBuilder
{
    /// <summary>Appends HTML whose parts are strings, so that no culture matters.</summary>
    public static StringBuilder Add(this StringBuilder html, string part) => html.Append(part);
}
