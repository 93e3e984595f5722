using System.CommandLine;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>clean</c>: removes from notebooks everything that running and saving them has added.</summary>
internal static class CleanCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("path")
        {
            Description = "Notebooks or folders; every notebook of the course if none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var check = new Option<bool>("--check")
        {
            Description = "Change nothing. List the notebooks that are not in the committed form, and what is wrong with each; "
                + "exit with code 1 if there are any.",
        };
        var command = new Command(
            "clean",
            "Restore saved notebooks to their committed form: no outputs, no execution counts, the course's metadata and layout. "
                + "Your changes to the cells stay.")
        {
            paths, check,
        };
        command.SetAction(parsed => Run(parsed.GetValue(paths) ?? [], parsed.GetValue(check)));
        return command;
    }

    private static int Run(string[] paths, bool isCheck)
    {
        List<string> notebooks;
        try
        {
            notebooks = [.. NotebookPaths.Find(paths).Select(path => DisplayPath.Path(path.FilePath))];
        }
        catch (NotebookException exception)
        {
            return ExitCode.BadInput(exception.Message);
        }

        var (changed, unusable) = (0, 0);
        foreach (var notebook in notebooks)
        {
            try
            {
                changed += (isCheck ? Check(notebook) : Clean(notebook)) ? 1 : 0;
            }
            catch (Exception exception) when (exception is NotebookException or IOException or UnauthorizedAccessException)
            {
                unusable++;
                var what = exception is NotebookException ? exception.Message : $"{notebook}: {exception.Message}";
                Console.WriteLine(isCheck ? what : what + " It was left unchanged.");
            }
        }

        Console.WriteLine(Summary(notebooks.Count, changed, unusable, isCheck));
        return unusable > 0 || (isCheck && changed > 0) ? ExitCode.Failed : ExitCode.Success;
    }

    private static bool Check(string notebook)
    {
        var form = CommittedForm.Of(notebook);
        IReadOnlyList<string> wrong = [.. form.Faults, .. form.MachinePaths];
        if (wrong.Count > 0)
        {
            Console.WriteLine($"{notebook}: {string.Join("; ", wrong)}");
        }

        return wrong.Count > 0;
    }

    private static bool Clean(string notebook)
    {
        var form = CommittedForm.Of(notebook);
        if (form.Faults.Count == 0)
        {
            return false;
        }

        form.Write();
        Console.WriteLine($"Cleaned {notebook}: {string.Join("; ", form.Faults)}");
        return true;
    }

    private static string Summary(int all, int changed, int unusable, bool isCheck)
    {
        var (clean, notebooks) = (all - changed - unusable, all == 1 ? "notebook" : "notebooks");
        var rest = unusable == 0 ? "." : FormattableString.Invariant($"; {unusable} could not be used.");
        var advice = changed == 0 ? "" : " 'clean' removes what front ends add; you have to change paths yourself.";
        return isCheck
            ? FormattableString.Invariant($"{clean} of {all} {notebooks} as committed{rest}{advice}")
            : FormattableString.Invariant($"{changed} of {all} {notebooks} cleaned, {clean} clean already{rest}");
    }
}
