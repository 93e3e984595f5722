using System.CommandLine;
using System.Diagnostics;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Grading;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>bench grade</c>: measures how long the notebooks of a class take to grade.</summary>
internal static class BenchGradeCommand
{
    private const int ExercisesEach = 8;

    public static Command Create()
    {
        var notebooks = NumberOption.Create(
            "--notebooks", "N", 200, 1, 10_000, "a number of notebooks", "How many notebooks the class hands in.");
        var command = new Command(
            "grade",
            FormattableString.Invariant($"Measure how long 'grade' takes for notebooks of {ExercisesEach} exercises: ")
                + "whole lessons, two thirds of their answers from the solutions, the others wrong or missing. They run in the "
                + "sandbox, if there is one.")
        {
            notebooks,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var stop = new StopSignals(cancellation);
            try
            {
                await MeasureAsync(parsed.GetValue(notebooks), stop.Token).ConfigureAwait(false);
                return ExitCode.Success;
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Interrupted;
            }
            catch (NotebookException exception)
            {
                return ExitCode.BadInput(exception.Message);
            }
        });
        return command;
    }

    private static async Task MeasureAsync(int count, CancellationToken cancellation)
    {
        Console.WriteLine(Provenance.Here());
        var lessons = NotebookPaths.Root();
        using var folder = new ScratchFolder();
        new SampleClass(lessons).Write(folder.Path, count, ExercisesEach);
        var sandbox = OperatingSystem.IsLinux() ? KernelSandbox.Find(GradingLimits.MaxFileBytes, out _) : null;
        await using var grader = new NotebookGrader(new GradingLimits(TimeSpan.FromSeconds(60), 1_000_000_000), sandbox, lessons);
        var began = Stopwatch.GetTimestamp();
        var read = ClassFolder.Read(folder.Path, "grades");
        var run = new GradingRun(grader, Environment.ProcessorCount);
        var grades = await run.RunAsync([read], cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        var elapsed = Stopwatch.GetElapsedTime(began);
        Console.WriteLine(grades[0].Summary);
        Console.WriteLine(FormattableString.Invariant(
            $"{elapsed.TotalSeconds:F0} s in all, {elapsed.TotalSeconds / count:F1} s for each notebook, ")
            + (sandbox is null ? "without a sandbox." : "in the sandbox."));
    }
}
