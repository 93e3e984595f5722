using System.CommandLine;
using NetworkingCourse.Host.Bundle;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>bundle</c>: the course as a zip for each system, to hand out where there is no SDK and no network.</summary>
internal static class BundleCommand
{
    private const string DefaultBook = "artifacts";

    public static Command Create()
    {
        var systems = new Option<string>("--for")
        {
            Description = $"The systems: {TargetSystem.Names}.",
            HelpName = "LIST",
            DefaultValueFactory = _ => string.Join(',', TargetSystem.All.Select(system => system.Family).Distinct()),
        };
        var withoutSolutions = new Option<bool>("--without-solutions")
        {
            Description = "Leave out the solutions of the exercises, in the notebooks and in the book.",
        };
        var book = new Option<string?>("--book")
        {
            Description = $"A book that 'run' has made. Without this, the one in '{DefaultBook}' is taken, if there is one.",
            HelpName = "DIR",
        };
        var output = new Option<string>("--out")
        {
            Description = "The folder for the zips: a new or an empty one.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "bundle",
        };
        var command = new Command(
            "bundle",
            "Make a zip for each system to hand out on a stick: the notebooks, their kernel with a runtime, the book, and "
                + "scripts that install it. Learners need no SDK, no network and no administrator. Here, the SDK fetches the "
                + "runtimes from NuGet the first time, and no network is needed after that. For a system other than this one, "
                + "the first time takes some minutes.")
        {
            systems, withoutSolutions, book, output,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(systems)!,
            !parsed.GetValue(withoutSolutions),
            parsed.GetValue(book),
            parsed.GetValue(output)!,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string list, bool withSolutions, string? book, string output, CancellationToken cancellation)
    {
        using var stop = new StopSignals(cancellation);
        using var scratch = new ScratchFolder();
        try
        {
            var systems = TargetSystem.Parse(list);
            var notebooks = NotebookPaths.Root();
            var project = Path.GetDirectoryName(notebooks)!;
            var folder = OutputFolder(output);
            var bookFolder = BookFolder(book, project);
            RequireSources(project);
            Console.WriteLine($"Solutions: {(withSolutions ? "yes" : "left out")}. Book: "
                + (bookFolder is null
                    ? $"none, because there is none in '{DefaultBook}': 'course' makes one, and --book DIR names another."
                    : DisplayPath.Path(bookFolder)));
            var contents = BundleContents.Read(project, notebooks, bookFolder, withSolutions, scratch.Path);
            Directory.CreateDirectory(folder);
            await new BundleMaker(project, contents, folder).MakeAsync(systems, stop.Token).ConfigureAwait(false);
            Console.WriteLine($"\nIn {folder}: copy it to a stick. {HandOut.StartHere} tells learners what to do.");
            return ExitCode.Success;
        }
        catch (Exception exception) when (exception is BundleException or NotebookException)
        {
            return ExitCode.BadInput(exception.Message);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            Console.WriteLine("Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ExitCode.BadInput($"The bundle cannot be written ({exception.Message.TrimEnd('.')}). "
                + "Make room, or name another folder with --out DIR.");
        }
    }

    private static string OutputFolder(string output)
    {
        if (output.Length == 0)
        {
            throw new BundleException("The folder name after --out is empty. Write --out DIR, or omit it to write to 'bundle'.");
        }

        var folder = Path.GetFullPath(output);
        return File.Exists(folder)
            ? throw new BundleException($"{output} is a file. Name a folder with --out DIR.")
            : Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()
            ? throw new BundleException($"The folder {output} is not empty. Empty it, or name another with --out DIR.")
            : folder;
    }

    private static string? BookFolder(string? named, string project)
    {
        var folder = named is null ? Path.Combine(project, DefaultBook) : Path.GetFullPath(named);
        return BookFiles.IsIn(folder) ? folder
            : named is null ? null
            : throw new BundleException($"There is no book in {named}. 'course run --out DIR' makes one.");
    }

    private static void RequireSources(string project)
    {
        if (!Directory.Exists(Path.Combine(project, "lib", "BundleParts")))
        {
            throw new BundleException(
                $"A bundle is made from the course's project folder, with its sources; {project} has none. Clone the course.");
        }
    }
}
