using NetworkingCourse.Figures;

namespace NetworkingCourse.Host.Book;

/// <summary>The style sheets and scripts that all pages share: plotly.js is among them, once for the whole site.</summary>
internal static class Assets
{
    public const string Plotly = "plotly.js";
    public const string Search = "search-index.js";
    private const string Folder = "assets";

    /// <summary>The scripts that every page runs when it has been read.</summary>
    public static readonly string[] Scripts = ["book.js", "search.js", "slides.js"];

    private static readonly string[] Own = ["book.css", "print.css", "theme.js", .. Scripts];

    /// <summary>The path of a shared file below the top folder.</summary>
    public static string Path(string name) => $"{Folder}/{name}";

    /// <summary>Writes all of them, except the search index.</summary>
    /// <param name="top">The top folder of the site.</param>
    public static void Write(string top)
    {
        foreach (var name in Own)
        {
            using var asset = typeof(Assets).Assembly.GetManifestResourceStream(Path(name))!;
            AtomicFile.Write(System.IO.Path.Combine(top, Path(name)), asset.CopyTo);
        }

        AtomicFile.WriteText(System.IO.Path.Combine(top, Path(Plotly)), FigurePage.Source);
    }
}
