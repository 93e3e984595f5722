using System.Text.Json;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Book;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Comparing;

/// <summary>What a run of the main command measured, from its record.</summary>
/// <param name="Path">The path that the user gave.</param>
/// <param name="Made">Where and when the last of its notebooks was run.</param>
/// <param name="Series">What was measured, each with the title of its lesson.</param>
internal sealed record MeasuredRun(string Path, Provenance? Made, IReadOnlyList<(string Lesson, MeasuredSeries Series)> Series)
{
    /// <summary>Reads the record of a run.</summary>
    /// <param name="path">The output folder of the run, or the file <c>run.json</c> in it.</param>
    /// <exception cref="NotebookException">There is none, or it has no measurements.</exception>
    public static MeasuredRun Read(string path)
    {
        var file = Directory.Exists(path) ? System.IO.Path.Combine(path, ArtifactFolder.ManifestName) : path;
        if (!File.Exists(file))
        {
            throw new NotebookException(Directory.Exists(path)
                ? $"The folder {path} has no {ArtifactFolder.ManifestName}: it is not the output of 'run'. "
                    + "Name an output folder, such as artifacts."
                : $"There is no folder or file {path}. Name the output folder of a run, or its {ArtifactFolder.ManifestName}.");
        }

        var manifest = Parse(file);
        if (manifest.Notebooks.Count == 0)
        {
            throw new NotebookException($"{file} is the record of no notebook. Name the output folder of a run.");
        }

        if (manifest.Notebooks.Values.All(notebook => notebook.Measured is null))
        {
            throw new NotebookException(
                $"{file} was written by an earlier version, without measurements. Run the notebooks again.");
        }

        return new MeasuredRun(
            path,
            manifest.Notebooks.Values.Select(notebook => notebook.Made).OfType<Provenance>().MaxBy(made => made.Date),
            [
                .. manifest.Notebooks.Values.SelectMany(notebook =>
                    (notebook.Measured ?? []).Select(series => (notebook.Title, series))),
            ]);
    }

    private static Manifest Parse(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(file), ManifestJson.Default.Manifest) ?? new Manifest();
        }
        catch (JsonException)
        {
            throw new NotebookException($"{file} is not the record of a run. Name the {ArtifactFolder.ManifestName} of one.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{file} cannot be read ({exception.Message.TrimEnd('.')}).");
        }
    }
}
