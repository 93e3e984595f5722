using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>What several calls have returned, one line each.</summary>
internal sealed record Transcript(IReadOnlyList<string> Lines) : IShown
{
    public bool Equals(Transcript? other) => other is not null && Lines.SequenceEqual(other.Lines);

    public override int GetHashCode() => Lines.Count;

    public string ToText() => string.Join("; ", Lines);

    public string ToHtml() => $"<pre class=\"course-source\">{WebUtility.HtmlEncode(string.Join('\n', Lines))}</pre>";

    public override string ToString() => ToText();
}
