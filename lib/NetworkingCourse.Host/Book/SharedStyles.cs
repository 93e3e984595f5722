using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Book;

/// <summary>
/// Keeps the style sheets that many pages have in common in a file each, named after its content, so that the pages stay small.
/// </summary>
/// <param name="top">The top folder of the site.</param>
internal sealed partial class SharedStyles(string top)
{
    // A link takes about as much as a short sheet.
    private const int ShortestInAFile = 300;

    private readonly HashSet<string> _written = [];

    /// <summary>The style elements of a page, the long ones replaced with links to files.</summary>
    /// <param name="page">The page's path below the top folder.</param>
    /// <param name="styles">Its style elements.</param>
    public string Of(string page, string styles) => Element().Replace(styles, match =>
    {
        var sheet = match.Groups["sheet"].Value;
        if (sheet.Length < ShortestInAFile)
        {
            return match.Value;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sheet)).AsSpan(0, 8));
        var path = Assets.Path($"style-{hash}.css");
        if (_written.Add(path))
        {
            AtomicFile.WriteText(Path.Combine(top, path), sheet);
        }

        return $"<link rel=\"stylesheet\" href=\"{SitePath.Link(page, path)}\">";
    });

    [GeneratedRegex("<style>(?<sheet>[^<]*)</style>")]
    private static partial Regex Element();
}
