namespace NetworkingCourse.Host.Kernel;

/// <summary>A value in one or more formats, the preferred one first. Always includes <c>text/plain</c>.</summary>
internal sealed class MimeBundle(IReadOnlyList<KeyValuePair<string, string>> formats)
{
    public const string PlainText = "text/plain";

    public const string Html = "text/html";

    public IReadOnlyList<KeyValuePair<string, string>> Formats { get; } = formats;

    public string? this[string mimeType] => Formats.FirstOrDefault(format => format.Key == mimeType).Value;

    public override string ToString() => this[PlainText] ?? "";
}
