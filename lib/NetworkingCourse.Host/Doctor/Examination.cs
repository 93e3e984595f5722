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
        yield return SystemChecks.Runtime();
        yield return await LibraryAsync(NotebookPaths.Root, cancellation).ConfigureAwait(false);
        yield return await KernelChecks.InstalledAsync(JupyterFolders.All(), cancellation).ConfigureAwait(false);
        yield return FrontEndCheck.Of(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
        yield return await LoopbackChecks.ViaAsync(IPAddress.Loopback, isNeeded: true, cancellation).ConfigureAwait(false);
        yield return await LoopbackChecks.ViaAsync(IPAddress.IPv6Loopback, isNeeded: false, cancellation).ConfigureAwait(false);
        yield return await SystemChecks.CaptureAsync().ConfigureAwait(false);
        yield return SystemChecks.Descriptors(DescriptorLimit.Now);
        yield return await SystemChecks.QuietAsync(cancellation).ConfigureAwait(false);
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
