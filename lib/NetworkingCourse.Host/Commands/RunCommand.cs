using System.CommandLine;
using System.Globalization;
using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>run</c>, the main command: runs notebooks and writes the executed notebooks, their figures and an index.</summary>
internal static class RunCommand
{
    private const double DefaultTimeout = 120;
    private const double ShortestTimeout = 0.1;

    /// <summary>
    /// Adds the options and the action to <c>run</c>, and to the root command, which by default runs every notebook.
    /// </summary>
    public static void AddTo(Command command, bool withPaths)
    {
        var paths = new Argument<string[]>("path")
        {
            Description = "Notebooks or folders; every notebook of the course if none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var output = new Option<string>("--out")
        {
            Description = "The folder that the results are written to.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "artifacts",
        };
        var timeout = NumberOption.Create(
            "--timeout", "SECONDS", DefaultTimeout, ShortestTimeout, TimeSpan.FromDays(1).TotalSeconds,
            "the time one cell may take in seconds", "How long one cell may take, in seconds.");
        if (withPaths)
        {
            command.Add(paths);
        }

        var withoutSolutions = new Option<bool>("--without-solutions")
        {
            Description = "Leave out the solutions of the exercises, for a book to hand out.",
        };
        var open = new Option<bool>("--open") { Description = "Open the book in a browser at the end." };
        command.Add(output);
        command.Add(withoutSolutions);
        command.Add(open);
        command.Add(timeout);
        command.SetAction((parsed, cancellation) => RunAsync(
            withPaths ? parsed.GetValue(paths) ?? [] : [],
            parsed.GetValue(output)!,
            !parsed.GetValue(withoutSolutions),
            parsed.GetValue(open),
            parsed.GetValue(timeout),
            cancellation));
    }

    public static Command Create()
    {
        var command = new Command("run", "Run notebooks; write them with their outputs, and every figure as HTML, JSON and CSV.");
        AddTo(command, withPaths: true);
        return command;
    }

    private static async Task<int> RunAsync(
        string[] paths, string output, bool withSolutions, bool open, double timeout, CancellationToken cancellation)
    {
        List<(NotebookPath Path, Notebook Notebook)> notebooks;
        ArtifactFolder artifacts;
        try
        {
            // Read all notebooks before running the first, so that a misspelt path is reported at once and not after a minute.
            notebooks =
            [
                .. NotebookPaths.FindWithNames(paths)
                    .Select(path => (path, Notebook.Read(DisplayPath.Path(path.FilePath)))),
            ];
            artifacts = ArtifactFolder.Open(output, withSolutions);
            if (notebooks.Find(notebook => notebook.Path.FilePath == artifacts.PathOf(notebook.Path.Name)).Path is { } source)
            {
                var shown = DisplayPath.Path(source.FilePath);
                throw new NotebookException(
                    $"The results would overwrite the notebooks to run ({shown}). Name another folder with --out DIR.");
            }

            if (paths.Length == 0)
            {
                artifacts.KeepOnly(notebooks.Select(notebook => notebook.Path.Name));
            }

            artifacts.WriteIndex();
        }
        catch (NotebookException exception)
        {
            return ExitCode.BadInput(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return NotWritable(output, exception);
        }

        using var stop = new StopSignals(cancellation);
        try
        {
            var exit = await RunAsync(notebooks, artifacts, TimeSpan.FromSeconds(timeout), stop.Token).ConfigureAwait(false);
            if (open && !Browser.TryOpen(artifacts.IndexPath))
            {
                await Console.Error.WriteLineAsync("No browser could be started. Open the page yourself.").ConfigureAwait(false);
            }

            return exit;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The disk is full, or the folder has changed meanwhile. Everything written so far is kept.
            return NotWritable(output, exception);
        }
    }

    private static int NotWritable(string output, Exception exception) =>
        ExitCode.BadInput($"The folder {output} cannot be written to ({exception.Message.TrimEnd('.')}). "
            + "Make room for it, or name another with --out DIR.");

    private static async Task<int> RunAsync(
        List<(NotebookPath Path, Notebook Notebook)> notebooks,
        ArtifactFolder artifacts,
        TimeSpan timeout,
        CancellationToken cancellation)
    {
        var failures = 0;
        var started = DateTime.UtcNow;
        var isInterrupted = false;
        // A notebook's pages and figures are written while the first cells of the next one run, which measure nothing.
        var writing = Task.CompletedTask;
        using var progress = new RunProgress(notebooks.Count);
        await using var kernels = new KernelPrewarmer([.. notebooks.Select(each => each.Notebook.Folder)]);
        void Watch(CellStarted cell)
        {
            progress.Cell(cell);
            if (cell.Cell == 2)
            {
                // Not earlier: during the first cell, the current kernel is still getting ready.
                kernels.StartNext();
            }
        }

        foreach (var (path, notebook) in notebooks)
        {
            NotebookResult? result = null;
            progress.Begin(path.Name);
            try
            {
                await using var kernel = kernels.Next();
                result = await NotebookRunner.RunAndFinishAsync(notebook, kernel, timeout, Watch, cancellation)
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The outputs so far are written too.
            }

            var figures = FigureExtraction.Of(notebook).ToList();
            progress.End(result, figures.Count);
            failures += result is { Failure: null } ? 0 : 1;
            await writing.ConfigureAwait(false);
            writing = Task.Run(() => artifacts.Write(path.Name, notebook, result, figures), CancellationToken.None);
            if (result is null)
            {
                isInterrupted = true;
                break;
            }
        }

        await writing.ConfigureAwait(false);
        artifacts.WriteSite();
        if (isInterrupted)
        {
            Console.WriteLine($"Interrupted. The results so far are in {artifacts.IndexPath}");
            return ExitCode.Interrupted;
        }

        progress.Summarise();
        var elapsed = DateTime.UtcNow - started;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{notebooks.Count - failures} of {notebooks.Count} notebooks succeeded, in {elapsed.TotalSeconds:F1} s. "
                + $"See {artifacts.IndexPath}"));
        return failures == 0 ? ExitCode.Success : ExitCode.Failed;
    }
}
