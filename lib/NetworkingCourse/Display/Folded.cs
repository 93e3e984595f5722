using System.Net;

namespace NetworkingCourse.Display;

/// <summary>Something long that is shown when its summary is clicked. As text, all of it is shown.</summary>
/// <param name="summary">What it is, in a few words.</param>
/// <param name="content">The content.</param>
public sealed class Folded(string summary, Shown content) : Shown
{
    /// <inheritdoc/>
    public override string ToHtml() => InvariantText.Format(
        $"{Style.Sheet}<details class='course-folded'><summary>{WebUtility.HtmlEncode(summary)}</summary>")
        + $"{content.ToHtml()}</details>";

    /// <inheritdoc/>
    public override string ToString() => $"{summary}:\n{content}";
}
