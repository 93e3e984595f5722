using System.CommandLine;
using NetworkingCourse.Host.Comparing;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>compare</c>: what two runs of the notebooks measured, beside each other.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var a = new Argument<string>("A") { Description = "The output folder of a run, or the file run.json in it." };
        var b = new Argument<string>("B") { Description = "Another one: of another machine, or of another day." };
        var page = new Option<string?>("--out") { Description = "Also write charts to this page.", HelpName = "FILE.html" };
        var command = new Command(
            "compare", "Compare what two runs measured, and say what differs by more than the noise of the runs.")
        {
            a, b, page,
        };
        command.SetAction(parsed => Run(parsed.GetValue(a)!, parsed.GetValue(b)!, parsed.GetValue(page)));
        return command;
    }

    private static int Run(string a, string b, string? page)
    {
        RunComparison runs;
        try
        {
            runs = new RunComparison(MeasuredRun.Read(a), MeasuredRun.Read(b));
        }
        catch (NotebookException exception)
        {
            return ExitCode.BadInput(exception.Message);
        }

        if (page is not null)
        {
            try
            {
                AtomicFile.WriteText(page, ComparisonPage.Of(runs));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return ExitCode.BadInput(
                    $"The page '{page}' cannot be written ({exception.Message.TrimEnd('.')}). "
                        + "Name another with --out FILE.html.");
            }
        }

        Print(runs);
        if (page is not null)
        {
            Console.WriteLine($"Charts: {Path.GetFullPath(page)}");
        }

        return ExitCode.Success;
    }

    private static void Print(RunComparison runs)
    {
        Console.WriteLine($"A: {runs.A.Path}, {runs.A.Made}");
        Console.WriteLine($"B: {runs.B.Path}, {runs.B.Made}");
        Console.WriteLine();
        if (runs.ByArchitecture.Count > 0)
        {
            Console.WriteLine(RunComparison.TableOf("architecture", runs.ByArchitecture).ToText());
            Console.WriteLine();
        }

        Console.WriteLine(RunComparison.TableOf("lesson and figure", runs.ByFigure).ToText());
        Console.WriteLine();
        Console.WriteLine(RunComparison.Explanation);
        Console.WriteLine(runs.Summary);
    }
}
