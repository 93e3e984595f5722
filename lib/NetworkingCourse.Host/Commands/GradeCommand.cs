using System.CommandLine;
using System.Diagnostics;
using NetworkingCourse.Host.Grading;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>grade</c>: checks the exercises of the notebooks that a class has handed in.</summary>
internal static class GradeCommand
{
    private const string PageName = "grades.html";

    public static Command Create()
    {
        var folders = new Argument<string[]>("FOLDER")
        {
            Description = "The folder of a class, with a folder of notebooks for each student, or a notebook named after each.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out")
        {
            Description = "The folder that grades.html and a CSV file for each class are written to.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "grades",
        };
        var timeout = NumberOption.Create(
            "--timeout", "SECONDS", 60.0, 0.1, 3600, "a time in seconds",
            $"How long one cell may take, in seconds; a notebook may take {GradingLimits.CellsInARow} times as long.");
        var memory = NumberOption.Create(
            "--memory", "MB", 1000, 200, 1_000_000, "a size in MB", "How much memory a notebook may use.");
        var jobs = NumberOption.Create(
            "--jobs", "N", Environment.ProcessorCount, 1, 256, "a number of notebooks",
            "How many notebooks are graded at the same time.");
        var unprotected = new Option<bool>("--without-sandbox")
        {
            Description = "Run the notebooks with your own rights: they can read and change your files and use your network.",
        };
        var command = new Command(
            "grade",
            "Check the exercises of a class's notebooks again, each notebook in a kernel of its own, and write a table of the "
                + "students and exercises. What the notebooks' outputs say does not matter.")
        {
            folders, output, timeout, memory, jobs, unprotected,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(folders)!,
            parsed.GetValue(output)!,
            new GradingLimits(TimeSpan.FromSeconds(parsed.GetValue(timeout)), parsed.GetValue(memory) * 1_000_000L),
            parsed.GetValue(jobs),
            parsed.GetValue(unprotected),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] folders, string output, GradingLimits limits, int jobs, bool isUnprotected, CancellationToken cancellation)
    {
        // Before anything is written or started: after that, the runtime has a handler of its own, and keeps it from being heard.
        using var stop = new StopSignals(cancellation);
        List<ClassFolder> classes;
        try
        {
            classes = [.. folders.Select(folder => Read(folder, output))];
            Directory.CreateDirectory(output);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotebookException)
        {
            return ExitCode.BadInput(exception.Message);
        }

        var why = "only Linux has one that this program can use";
        var sandbox = !isUnprotected && OperatingSystem.IsLinux()
            ? KernelSandbox.Find(GradingLimits.MaxFileBytes, out why)
            : null;
        if (sandbox is null && !isUnprotected)
        {
            return ExitCode.BadInput(
                $"There is no sandbox for the students' code here: {why}. Without one, it runs with your rights: it can read and "
                    + "change your files and use your network. If you trust it, or if nothing here can be lost, add "
                    + "--without-sandbox.");
        }

        var conditions = isUnprotected
            ? "The notebooks ran without a sandbox: they could read and change files and use the network. "
            : "Each notebook ran in a sandbox: without files of yours, and with no network but loopback. ";
        conditions += "Code can forge its own verdict: read the cells that the notes name.";
        Console.WriteLine(conditions);
        var began = Stopwatch.GetTimestamp();
        await using var grader = new NotebookGrader(limits, sandbox, Lessons());
        var run = new GradingRun(grader, jobs);
        var grades = await run.RunAsync(classes, stop.Token).ConfigureAwait(false);
        var notebooks = classes.Sum(of => of.Notebooks.Count);
        var isInterrupted = run.Done < notebooks;
        if (isInterrupted && run.Done == 0)
        {
            Console.WriteLine("Interrupted. No grades were written.");
            return ExitCode.Interrupted;
        }

        if (isInterrupted)
        {
            var how = FormattableString.Invariant($"Interrupted: {run.Done} of {notebooks} notebooks are done.");
            conditions = $"{how} {conditions}";
            Console.WriteLine(how);
        }

        foreach (var of in grades)
        {
            Console.WriteLine();
            Console.WriteLine(of.ToTable().ToText());
            foreach (var (_, name, reason) in of.Refused)
            {
                Console.WriteLine($"not graded: {name}: {reason}");
            }

            Console.WriteLine($"{of.Title}: {of.Summary}");
        }

        var exit = Write(grades, run.Done, output, conditions, Stopwatch.GetElapsedTime(began));
        return isInterrupted && exit == ExitCode.Success ? ExitCode.Interrupted : exit;
    }

    private static int Write(
        List<ClassGrades> grades, int notebooks, string output, string conditions, TimeSpan elapsed)
    {
        try
        {
            foreach (var (i, of) in grades.Index())
            {
                var number = grades.Count == 1 ? "" : FormattableString.Invariant($"-{i + 1}");
                AtomicFile.WriteText(Path.Combine(output, $"grades{number}.csv"), GradesCsv.Of(of));
            }

            var page = Path.Combine(output, PageName);
            AtomicFile.WriteText(page, GradesPage.Of(grades, conditions));
            var what = notebooks == 1 ? "notebook" : "notebooks";
            Console.WriteLine(FormattableString.Invariant(
                $"{notebooks} {what} in {elapsed.TotalSeconds:F1} s. See {DisplayPath.Path(Path.GetFullPath(page))}"));
            return ExitCode.Success;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ExitCode.BadInput($"The folder {output} cannot be written to ({exception.Message.TrimEnd('.')}). "
                + "Make room for it, or name another with --out DIR.");
        }
    }

    private static ClassFolder Read(string folder, string output)
    {
        if (!Directory.Exists(folder))
        {
            throw new NotebookException(
                File.Exists(folder)
                    ? $"{folder} is a file. Name the folder that holds the class's notebooks."
                    : $"There is no folder {folder}. Check the path.");
        }

        var read = ClassFolder.Read(folder, output);
        return read.Notebooks.Count + read.Refused.Count > 0 ? read : throw new NotebookException(
            $"There is nothing in the folder {folder}. It is to hold a folder for each student, with notebooks.");
    }

    private static string? Lessons()
    {
        try
        {
            return NotebookPaths.Root();
        }
        catch (NotebookException)
        {
            return null;
        }
    }
}
