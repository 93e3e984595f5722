using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetworkingCourse.Host.Book;

/// <summary>
/// What the search looks through: the sections of all pages. It is written as a script, because a page that was opened as a file
/// may load scripts but nothing else.
/// </summary>
internal sealed class SearchIndex
{
    private readonly List<SearchEntry> _entries = [];

    public void Add(string page, string title, string heading, string anchor, string text)
    {
        var link = SitePath.Link(SitePath.Front, page) + (anchor.Length > 0 ? "#" + anchor : "");
        _entries.Add(new SearchEntry(title, heading, link, text));
    }

    public string ToScript() =>
        $"window.bookIndex = {JsonSerializer.Serialize(_entries, SearchJson.Default.ListSearchEntry)};\n";
}

/// <summary>A section of a page.</summary>
/// <param name="T">The title of the page.</param>
/// <param name="H">The heading of the section.</param>
/// <param name="U">The link, from the top folder.</param>
/// <param name="X">The text.</param>
internal sealed record SearchEntry(string T, string H, string U, string X);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<SearchEntry>))]
internal sealed partial class SearchJson : JsonSerializerContext;
