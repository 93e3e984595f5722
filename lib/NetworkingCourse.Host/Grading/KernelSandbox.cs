using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace NetworkingCourse.Host.Grading;

/// <summary>
/// Starts kernels where they can do no harm, with bubblewrap, bwrap(1): in namespaces of their own, with no network but loopback,
/// a file system that cannot be written to, and none of the user's own files. Only Linux has it.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class KernelSandbox
{
    /// <summary>The kernel's folder inside.</summary>
    public const string Folder = "/tmp/notebook";

    private const string Program = "bwrap";
    private const string SharedMemoryBytes = "16000000";

    // No namespaces of users inside, in which code would have all rights. Bubblewrap can do that since version 0.8.
    private static readonly string[] NoFurtherUsers = ["--unshare-user", "--disable-userns"];
    private static readonly string[] OfTheSystem =
        ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/ssl"];

    private static readonly BlockingCollection<Action> ToStart = [];

    private readonly IReadOnlyList<string> _arguments;

    static KernelSandbox() => new Thread(() =>
    {
        foreach (var start in ToStart.GetConsumingEnumerable())
        {
            start();
        }
    })
    { IsBackground = true, Name = "starts sandboxes" }.UnsafeStart();

    private KernelSandbox(long maxFileBytes, string[] further) => _arguments =
    [
        "--unshare-all", .. further, "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--clearenv",
        .. OfTheSystem.SelectMany(path => new[] { "--ro-bind-try", path, path }),
        // Files in memory count for no process, so every place for them has a limit.
        "--proc", "/proc", "--dev", "/dev", "--size", SharedMemoryBytes, "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
        "--size", maxFileBytes.ToString(CultureInfo.InvariantCulture), "--tmpfs", "/tmp",
        .. CourseFolders().SelectMany(path => new[] { "--ro-bind", path, path }),
        "--dir", Folder, "--chdir", Folder,
        // The root, too, is in memory, and has no limit. The settings of the system in /proc/sys are root's to write, and a
        // teacher may be root.
        "--remount-ro", "/", "--remount-ro", "/proc",
    ];

    /// <summary>Finds out whether this system has one that works.</summary>
    /// <param name="maxFileBytes">How much a kernel may write to its temporary folder.</param>
    /// <param name="why">Why there is none.</param>
    /// <returns>Null if there is none.</returns>
    public static KernelSandbox? Find(long maxFileBytes, out string why)
    {
        try
        {
            why = "";
            foreach (var further in new[] { NoFurtherUsers, [] })
            {
                var sandbox = new KernelSandbox(maxFileBytes, further);
                if (sandbox.Works(out var words))
                {
                    return sandbox;
                }

                why = $"{Program} does not work here ({words})";
            }

            return null;
        }
        catch (Win32Exception)
        {
            why = $"the program {Program} is not installed (its package is named bubblewrap)";
            return null;
        }
    }

    /// <summary>
    /// Starts a process on a thread that lasts as long as this program. A sandbox ends with the thread that started it, not only
    /// with its process (PR_SET_PDEATHSIG(2const)), and the threads of the pool come and go.
    /// </summary>
    public static Task<T> StartAsync<T>(Func<T> start)
    {
        var starting = new Task<T>(start, TaskCreationOptions.RunContinuationsAsynchronously);
        ToStart.Add(starting.RunSynchronously);
        return starting;
    }

    /// <summary>The same program, started inside of the sandbox.</summary>
    public ProcessStartInfo Around(ProcessStartInfo inside)
    {
        var environment = inside.Environment
            .Where(variable => variable.Key == Progress.FileVariable
                || variable.Key.StartsWith("DOTNET_", StringComparison.Ordinal))
            .Append(new("PATH", "/usr/bin:/bin"))
            .Append(new("HOME", "/tmp"))
            .Append(new("LANG", "C.UTF-8"));
        return new ProcessStartInfo(
            Program,
            [
                .. _arguments,
                .. environment.SelectMany(variable => new[] { "--setenv", variable.Key, variable.Value ?? "" }),
                "--", inside.FileName, .. inside.ArgumentList,
            ])
        {
            RedirectStandardInput = inside.RedirectStandardInput,
            RedirectStandardOutput = inside.RedirectStandardOutput,
            RedirectStandardError = inside.RedirectStandardError,
            StandardInputEncoding = inside.StandardInputEncoding,
            StandardOutputEncoding = inside.StandardOutputEncoding,
            StandardErrorEncoding = inside.StandardErrorEncoding,
            WorkingDirectory = "/",
        };
    }

    private bool Works(out string words)
    {
        var start = Around(new ProcessStartInfo("/bin/sh", ["-c", "exit 0"]));
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var trial = Process.Start(start)!;
        words = trial.StandardError.ReadToEnd().Trim();
        trial.WaitForExit();
        return trial.ExitCode == 0;
    }

    // The runtime, this program with its library, and the folder that lessons start child processes from.
    private static IEnumerable<string> CourseFolders() =>
        new[] { Path.GetDirectoryName(Worker.SelfProcess.DotnetPath())!, AppContext.BaseDirectory.TrimEnd('/') }
            .Where(Directory.Exists);
}
