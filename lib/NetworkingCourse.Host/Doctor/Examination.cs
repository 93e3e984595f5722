using System.Net;
using NetworkingCourse.Host.Commands;
using NetworkingCourse.Host.Jupyter.Installing;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Doctor;

/// <summary>All checks of a machine, in the order in which a user meets what they are about.</summary>
internal static class Examination
{
    /// <summary>Runs the checks one after the other: the last one wants a quiet machine.</summary>
    public static async IAsyncEnumerable<Finding> RunAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        (string Name, Func<Task<Finding>> Check)[] checks =
        [
            (".NET", () => Task.FromResult(SystemChecks.Runtime())),
            ("the course's library", () => LibraryAsync(NotebookPaths.Root, cancellation)),
            ("the installed kernel", () => KernelChecks.InstalledAsync(JupyterFolders.All(), cancellation)),
            ("front ends", () => Task.FromResult(FrontEndCheck.Of(
                (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
                    Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)))),
            ("a server on 127.0.0.1", () => LoopbackChecks.ViaAsync(IPAddress.Loopback, isNeeded: true, cancellation)),
            ("a server on ::1", () => LoopbackChecks.ViaAsync(IPAddress.IPv6Loopback, isNeeded: false, cancellation)),
            ("packet capture", SystemChecks.CaptureAsync),
            ("open files and sockets", () => Task.FromResult(SystemChecks.Descriptors(DescriptorLimit.Now))),
            ("quiet enough for charts", () => SystemChecks.QuietAsync(cancellation)),
        ];
        foreach (var (name, check) in checks)
        {
            yield return await TryAsync(name, check).ConfigureAwait(false);
        }
    }

    /// <summary>The finding of a check; a check that fails is a finding too, so that all others are still made.</summary>
    internal static async Task<Finding> TryAsync(string name, Func<Task<Finding>> check)
    {
        try
        {
            return await check().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return Finding.Missing(
                name, $"could not be checked: {exception.Message}", "Mend what is missing above, and run the doctor again.");
        }
    }

    internal static async Task<Finding> LibraryAsync(Func<string> findNotebooks, CancellationToken cancellation)
    {
        try
        {
            return await KernelChecks.LibraryAsync(findNotebooks(), cancellation).ConfigureAwait(false);
        }
        catch (NotebookException exception)
        {
            return Finding.Missing("the course's library", "the folder 'notebooks' is not here", exception.Message);
        }
    }
}
