using System.Text.RegularExpressions;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Pictures;

/// <summary>
/// The pictures of charts that the README and the chapters' pages show. A picture has the path of its chart in the output folder
/// of a run, so that it can be drawn anew from a later run.
/// </summary>
internal static partial class ChartPictures
{
    private const string Folder = "images/charts";

    /// <summary>Finds the pictures that the pages show.</summary>
    /// <param name="notebooks">The folder of notebooks.</param>
    /// <returns>The file of each picture, and the path of its chart below the folder of charts, without extension.</returns>
    public static IReadOnlyList<(string File, string Chart)> Find(string notebooks)
    {
        var top = Path.GetFullPath(Path.Combine(notebooks, Folder));
        return
        [
            .. Directory.EnumerateFiles(notebooks, "README.md", SearchOption.AllDirectories)
                .Prepend(Path.Combine(Path.GetDirectoryName(notebooks)!, "README.md"))
                .Where(File.Exists)
                .SelectMany(page => Picture().Matches(File.ReadAllText(page))
                    .Select(link => Path.GetFullPath(link.Groups["target"].Value, Path.GetDirectoryName(page)!)))
                .Where(file => file.StartsWith(top + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(file => (file, ChartOf(Path.GetRelativePath(top, file)))),
        ];
    }

    /// <summary>Draws the picture of a chart.</summary>
    /// <param name="artifacts">The output folder of a run.</param>
    /// <param name="chart">The path of the chart below the folder of charts, without extension.</param>
    /// <returns>The picture as SVG.</returns>
    /// <exception cref="NotebookException">The run has no such chart.</exception>
    public static string Draw(string artifacts, string chart)
    {
        var data = Path.Combine(artifacts, "charts", chart + ".json");
        return File.Exists(data)
            ? Figure.FromJson(File.ReadAllText(data)).ToSvg()
            : throw new NotebookException(
                $"The run in {artifacts} has no chart {chart}. Run the notebook that draws it, or correct the picture's name on "
                    + "the page that shows it.");
    }

    private static string ChartOf(string file) =>
        Path.ChangeExtension(file, null).Replace(Path.DirectorySeparatorChar, '/');

    [GeneratedRegex(@"!\[[^\]]*\]\((?<target>[^):\s]+\.svg)\)")]
    private static partial Regex Picture();
}
