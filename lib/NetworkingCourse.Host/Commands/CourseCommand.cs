using System.CommandLine;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Commands;

/// <summary>The whole command: what it can do, and how it says that it was asked for something else.</summary>
internal static class CourseCommand
{
    public static async Task<int> InvokeAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return ExitCode.BadInput($"{parsed.Errors[0].Message} See --help.");
        }

        // Ctrl-C is the commands' own business: each ends what it has begun.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("Networking Course. Without a command: run every notebook and write all figures to the folder 'artifacts'.");
        RunCommand.AddTo(root, withPaths: false);
        root.Add(RunCommand.Create());
        root.Add(ServeCommand.Create());
        root.Add(CreateWorker());
        return root;
    }

    private static Command CreateWorker()
    {
        var folder = new Argument<string>("folder");
        var worker = new Command(KernelProcess.Subcommand, "A kernel for this program's own use.") { folder };
        worker.Hidden = true;
        worker.SetAction((parsed, _) => KernelWorker.RunAsync(parsed.GetValue(folder)!));
        return worker;
    }
}
