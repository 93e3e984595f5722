using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using NetworkingCourse.Host.Grading;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Commands;

/// <summary>The root command: creates all subcommands, and parses and runs the command line.</summary>
internal static class CourseCommand
{
    public static async Task<int> InvokeAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments);
        if (UsageFault.Of(parsed, arguments) is { } fault)
        {
            return ExitCode.BadInput(fault);
        }

        // The commands handle Ctrl-C themselves: each one ends what it has begun.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    private static Command Create()
    {
        var help = new HelpOption();
        // Not a RootCommand: that would take the name of the executable, which users never type.
        var root = new Command(
            "course",
            SelfProcess.IsBundled
                ? $"Networking Course.\n  'course' stands for: {SelfProcess.Command()[0]}"
                : "Networking Course. Without a command: run every notebook and write all figures to the folder 'artifacts'.\n"
                    + "  'course' stands for: dotnet run --project lib/NetworkingCourse.Host --")
        {
            help, new VersionOption(),
        };
        // A learner who has been handed a folder types the bare name to see what it is, not to run everything for minutes.
        if (SelfProcess.IsBundled)
        {
            root.SetAction(parsed => ((SynchronousCommandLineAction)help.Action!).Invoke(parsed));
        }
        else
        {
            RunCommand.AddTo(root, withPaths: false);
        }

        root.Add(RunCommand.Create());
        root.Add(ServeCommand.Create());
        root.Add(CheckCommand.Create());
        root.Add(BenchCommand.Create());
        root.Add(CompareCommand.Create());
        root.Add(GradeCommand.Create());
        root.Add(CaptureCommand.Create());
        root.Add(DoctorCommand.Create());
        root.Add(JupyterCommand.Create());
        root.Add(BundleCommand.Create());
        root.Add(CleanCommand.Create());
        root.Add(TimesCommand.Create());
        root.Add(PicturesCommand.Create());
        root.Add(CreateWorker());
        root.Add(CreateReader());
        return root;
    }

    private static Command CreateWorker()
    {
        var folder = new Argument<string>("folder");
        var when = new Argument<string?>("when") { Arity = ArgumentArity.ZeroOrOne };
        var worker = new Command(KernelProcess.Subcommand, "A kernel for this program's own use.") { folder, when };
        worker.Hidden = true;
        worker.SetAction((parsed, _) =>
            KernelWorker.RunAsync(parsed.GetValue(folder)!, parsed.GetValue(when) == KernelProcess.Ahead));
        return worker;
    }

    private static Command CreateReader()
    {
        var reader = new Command(ReaderWorker.Subcommand, "A reader of notebooks for this program's own use.") { Hidden = true };
        reader.SetAction(_ => ReaderWorker.Run());
        return reader;
    }
}
