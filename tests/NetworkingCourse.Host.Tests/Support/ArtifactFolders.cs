using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests;

internal static class ArtifactFolders
{
    /// <summary>Writes the results of a notebook, as the run command does, and returns the number of its figures.</summary>
    public static int Write(this ArtifactFolder artifacts, string name, Notebook notebook, NotebookResult? result)
    {
        var figures = FigureExtraction.Of(notebook).ToList();
        artifacts.Write(name, notebook, result, figures);
        return figures.Count;
    }
}
