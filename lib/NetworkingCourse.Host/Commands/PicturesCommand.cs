using System.CommandLine;
using System.Text.Json;
using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Pictures;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>pictures</c>: draws the pictures of the README, the chapters' pages and the lessons anew.</summary>
internal static class PicturesCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "The output folder of a run of all notebooks.",
            DefaultValueFactory = _ => "artifacts",
        };
        var command = new Command(
            "pictures",
            "Draw the pictures of the README, the chapters' pages and the lessons anew; charts show what a run has measured.")
        {
            folder,
        };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!));
        return command;
    }

    private static int Run(string folder)
    {
        if (!ArtifactFolder.IsOne(folder))
        {
            return ExitCode.BadInput(
                $"There is no {ArtifactFolder.ManifestName} in the folder '{folder}'. Run the notebooks first, or name the "
                    + "output folder of a run.");
        }

        try
        {
            // All of them are drawn before the first is written.
            var notebooks = NotebookPaths.Root();
            var drawn = ChartPictures.Find(notebooks)
                .Select(picture => (picture.File, Svg: ChartPictures.Draw(folder, picture.Chart)))
                .Concat(Drawings.All.Select(drawing => (Path.Combine(notebooks, drawing.File), drawing.Draw())))
                .ToList();
            foreach (var (file, svg) in drawn)
            {
                AtomicFile.WriteText(file, svg);
                Console.WriteLine($"Wrote {DisplayPath.Path(file)}");
            }

            return ExitCode.Success;
        }
        catch (Exception exception) when (exception is NotebookException or JsonException)
        {
            return ExitCode.BadInput(exception.Message);
        }
    }
}
