using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetworkingCourse.Host.Bundle;

/// <summary>
/// Precompiles the libraries of the kernel to machine code of another system, so that its first cell is as fast there as here.
/// The build has done this for the system it runs on (<c>lib/ReadyToRun.targets</c>). Nothing depends on it.
/// </summary>
/// <param name="system">The other system.</param>
/// <param name="parts">What the SDK has got for it.</param>
/// <param name="version">The version of the runtime and the precompiler.</param>
internal sealed class Precompiler(TargetSystem system, Parts parts, string version)
{
    // Kept, because it takes a minute.
    private readonly string _folder = Path.Combine(parts.Folder, "precompiled");

    /// <summary>The system that this program runs on.</summary>
    public static string Here { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>Whether there is something to precompile for a system.</summary>
    public static bool IsPossible(TargetSystem system) =>
        system.Id != Here && RuntimeInformation.OSArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>The file to put into the bundle for one of the program's files.</summary>
    /// <param name="file">The file.</param>
    /// <param name="others">All of the program's files.</param>
    /// <param name="cancellation">Cancels the compilation.</param>
    /// <exception cref="BundleException">The file cannot be precompiled.</exception>
    public async Task<string> OfAsync(
        ProgramFile file, IReadOnlyList<ProgramFile> others, CancellationToken cancellation)
    {
        if (system.Id == Here || file.InPackages is null || InPackages(file) is var original && !File.Exists(original)
            || new FileInfo(original).Length == new FileInfo(file.Path).Length)
        {
            // The build has not precompiled it either.
            return file.Path;
        }

        var compiled = Path.Combine(_folder, file.InPackages.Replace('/', Path.DirectorySeparatorChar));
        if (!File.Exists(compiled))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(compiled)!);
            await CompileAsync(original, compiled, others, cancellation).ConfigureAwait(false);
        }

        return compiled;
    }

    private string InPackages(ProgramFile file) => Path.Combine(parts.Packages, file.InPackages!);

    private async Task CompileAsync(
        string original, string compiled, IReadOnlyList<ProgramFile> others, CancellationToken cancellation)
    {
        var half = compiled + ".half";
        var package = parts.Package($"Microsoft.NETCore.App.Runtime.{system.Id}", version);
        var runtime = Path.Combine(package, "runtimes", system.Id, "lib", "net10.0", "*.dll");
        string[] orders =
        [
            original, $"-o:{half}", "-O", $"--targetos:{TargetOs}", $"--targetarch:{system.Id.Split('-')[1]}", $"-r:{runtime}",
            .. others.Where(other => other.InPackages is not null).Select(InPackages).Where(File.Exists)
                .Select(path => $"-r:{path}"),
        ];
        // There are more of them than a command line of Windows takes.
        var list = compiled + ".rsp";
        await File.WriteAllLinesAsync(list, orders, cancellation).ConfigureAwait(false);
        var tool = Path.Combine(
            parts.Package($"Microsoft.NETCore.App.Crossgen2.{Here}", version),
            "tools",
            OperatingSystem.IsWindows() ? "crossgen2.exe" : "crossgen2");
        using var process = Process.Start(new ProcessStartInfo(tool, [$"@{list}"]) { RedirectStandardOutput = true })!;
        try
        {
            var words = await process.StandardOutput.ReadToEndAsync(cancellation).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw new BundleException(
                    $"{Path.GetFileName(original)} cannot be precompiled for {system.Name}: {words.Trim().Split('\n')[^1]}");
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        File.Delete(list);
        File.Move(half, compiled, overwrite: true);
    }

    private string TargetOs => system.Family switch { "win" => "windows", "mac" => "osx", _ => "linux" };
}
