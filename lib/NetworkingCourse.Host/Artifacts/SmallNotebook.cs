using System.Text.RegularExpressions;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Artifacts;

/// <summary>
/// Removes from an executed notebook what it does not need. While a notebook is edited, each output must stand alone; once saved,
/// all its outputs are on one page.
/// </summary>
internal static partial class SmallNotebook
{
    /// <summary>
    /// Keeps each style sheet once, in the first output that has it. Removes the data of figures, which lie in files beside the
    /// notebook, and the script that draws figures if there is none: it is most of such a notebook.
    /// </summary>
    public static void Make(Notebook notebook)
    {
        var hasFigures = FigureExtraction.HasAny(notebook);
        var styles = new HashSet<string>();
        foreach (var data in notebook.CodeCells.SelectMany(cell => cell.Outputs).Select(output => output?["data"]))
        {
            if (data?["text/html"] is { } node)
            {
                var html = FigurePage.WithoutData(FigureExtraction.Text(node));
                html = Style().Replace(html, style => styles.Add(style.Value) ? style.Value : "");
                data["text/html"] = NotebookJson.Lines(hasFigures ? html : FigurePage.WithoutScript(html));
            }
        }
    }

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
