using System.CommandLine;
using NetworkingCourse.Host.Jupyter;
using NetworkingCourse.Host.Jupyter.Installing;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>jupyter</c>: installs the course's kernel for VS Code, JupyterLab and all other Jupyter front ends.</summary>
internal static class JupyterCommand
{
    public static Command Create()
    {
        var command = new Command("jupyter", "Install the course's kernel for VS Code, JupyterLab and other Jupyter front ends.")
        {
            CreateInstall(), CreateUninstall(), CreateList(), CreateKernel(),
        };
        // There is no sensible default subcommand.
        command.SetAction(_ =>
            ExitCode.BadInput("Say what to do: jupyter install, jupyter uninstall or jupyter list. See --help."));
        return command;
    }

    private static Command CreateInstall()
    {
        var (user, prefix, name) = Where();
        var command = new Command(
            "install",
            "Install the kernel. It is a copy: rebuilding or moving the project's folder does not affect it.")
        {
            user, prefix, name,
        };
        command.SetAction(parsed => Try(parsed, user, prefix, name, (kernels, named) =>
        {
            var installed = Installation.Install(kernels, named);
            Console.WriteLine($"Installed: {installed.DisplayName}, under the name {installed.Name}, in {installed.Folder}");
            // The bundle's script says more about what comes next.
            if (!SelfProcess.IsBundled)
            {
                Console.WriteLine($"Open a notebook and choose the kernel '{installed.DisplayName}'.");
            }

            TellOfLeftOvers(JupyterFolders.All().Append(kernels).Distinct());
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateUninstall()
    {
        var (user, prefix, name) = Where();
        var command = new Command("uninstall", "Uninstall the kernel.") { user, prefix, name };
        command.SetAction(parsed => Try(parsed, user, prefix, name, (kernels, named) =>
        {
            if (!Installation.Uninstall(kernels, named))
            {
                if (SelfProcess.IsBundled)
                {
                    Console.WriteLine("There is nothing to uninstall: the kernel is not installed.");
                    return ExitCode.Success;
                }

                return ExitCode.BadInput($"There is no kernel {named} in {kernels}. 'jupyter list' shows the installed ones.");
            }

            Console.WriteLine($"Uninstalled: {named}, from {kernels}");
            if (Progress.File is { } progress && File.Exists(progress))
            {
                Console.WriteLine($"Which exercises you have done stays in {progress}. Delete that file to forget it.");
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateList()
    {
        var prefix = Prefix();
        var command = new Command("list", "List the installed kernels of the course.") { prefix };
        command.SetAction(parsed =>
        {
            IReadOnlyList<string> folders =
                parsed.GetValue(prefix) is { } at ? [JupyterFolders.OfPrefix(at)] : [.. JupyterFolders.All()];
            var found = Installation.Find(folders).ToList();
            foreach (var kernel in found)
            {
                var note = File.Exists(kernel.Program) ? "" : "  (its program is missing: install it again)";
                Console.WriteLine($"{kernel.Name}  {kernel.DisplayName}  {kernel.Folder}{note}");
            }

            if (found.Count == 0)
            {
                Console.WriteLine("No kernel is installed. 'jupyter install' installs one.");
            }

            TellOfLeftOvers(folders);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateKernel()
    {
        var connection = new Argument<string>("connection-file");
        var silence = NumberOption.Create(
            "--silence", "SECONDS", otherwise: 600.0, min: 0.1, max: 86_400, what: "a time in seconds",
            description: "A kernel started by hand, not by a front end, ends after this time without a client or a request.");
        var command = new Command("kernel", "The kernel itself, as front ends start it.") { connection, silence };
        command.Hidden = true;
        command.SetAction(parsed =>
            JupyterProgram.Run(parsed.GetValue(connection)!, TimeSpan.FromSeconds(parsed.GetValue(silence))));
        return command;
    }

    private static void TellOfLeftOvers(IEnumerable<string> folders)
    {
        foreach (var complaint in LeftOverKernels.In(folders))
        {
            Console.WriteLine(complaint);
        }
    }

    private static (Option<bool> User, Option<string?> Prefix, Option<string> Name) Where() =>
        (new Option<bool>("--user")
        {
            Description = "For you alone, wherever Jupyter itself is installed. This is the default without --prefix.",
        },
        Prefix(),
        new Option<string>("--name")
        {
            Description = "The name by which notebooks refer to the kernel. Several names can be installed side by side.",
            HelpName = "N",
            DefaultValueFactory = _ => KernelSpec.DefaultName,
        });

    private static Option<string?> Prefix() => new("--prefix")
    {
        Description = "For all users of the Jupyter in this folder, such as a virtual or conda environment: "
            + "DIR/share/jupyter/kernels.",
        HelpName = "DIR",
    };

    private static int Try(
        ParseResult parsed, Option<bool> user, Option<string?> prefix, Option<string> name, Func<string, string, int> act)
    {
        if (parsed.GetValue(user) && parsed.GetValue(prefix) is not null)
        {
            return ExitCode.BadInput("--user and --prefix name two different places: choose one.");
        }

        var named = parsed.GetValue(name)!;
        if (!KernelSpec.IsName(named))
        {
            return ExitCode.BadInput($"--name {named}: a kernel's name consists of letters, digits, '.', '_' and '-'.");
        }

        try
        {
            return act(parsed.GetValue(prefix) is { } at ? JupyterFolders.OfPrefix(at) : JupyterFolders.OfUser(), named);
        }
        catch (UnauthorizedAccessException exception)
        {
            return ExitCode.BadInput(
                $"{exception.Message} Jupyter looks for kernels in that folder: make it writable for yourself.");
        }
        catch (IOException exception)
        {
            return ExitCode.BadInput(exception.Message);
        }
    }
}
