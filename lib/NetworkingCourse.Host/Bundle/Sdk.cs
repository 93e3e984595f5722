using System.ComponentModel;
using System.Diagnostics;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Bundle;

/// <summary>Lets the .NET SDK fetch and build what a bundle holds beside the course: <c>lib/BundleParts</c> says what.</summary>
/// <param name="project">The course's project folder.</param>
internal sealed class Sdk(string project)
{
    private const string NeedsSdk =
        "To make a bundle, this machine needs the .NET 10 SDK (https://dotnet.microsoft.com/download)";

    private static readonly string[] NotServed = ["NU1101", "NU1102", "NU1103"];
    private static readonly string[] NoNetwork = ["NU1301", "NU1801", "NU1302"];
    private static readonly string[] DiskFull = ["No space left", "not enough space", "disk is full", "MSB3491"];

    private readonly string _folder = Path.Combine(project, "lib", "BundleParts");

    /// <summary>The version of the runtime that bundles get: the one on which this program runs, and was tested.</summary>
    public static string RuntimeVersion { get; } = Environment.Version.ToString(3);

    /// <summary>Gets the parts for a system. The first time, this needs a network.</summary>
    /// <exception cref="BundleException">They cannot be had.</exception>
    public async Task<Parts> PartsForAsync(TargetSystem system, CancellationToken cancellation)
    {
        var parts = Path.Combine(_folder, "bin", system.Id);
        string[] arguments =
        [
            "build", Path.Combine(_folder, "BundleParts.csproj"), "-t:Parts", "-restore", "-nologo", "-v:quiet",
            // Nothing stays running in the background.
            "-nodeReuse:false", "-p:UseSharedCompilation=false",
            $"-p:RuntimeIdentifier={system.Id}", $"-p:BundledRuntimeVersion={RuntimeVersion}",
            .. Precompiler.IsPossible(system)
                ? new[] { $"-p:PrecompilerSystem={Precompiler.Here}", $"-p:PrecompilerVersion={RuntimeVersion}" }
                : [],
        ];
        var (exit, words) = await RunAsync(arguments, cancellation).ConfigureAwait(false);
        return exit == 0
            ? new Parts(parts, (await File.ReadAllTextAsync(Path.Combine(parts, "packages.txt"), cancellation)
                .ConfigureAwait(false)).Trim())
            : throw new BundleException(Explain(system, words));
    }

    /// <summary>Says what is behind the SDK's words, and what to do.</summary>
    public static string Explain(TargetSystem system, string words)
    {
        var errors = words.Split('\n', StringSplitOptions.TrimEntries).Where(IsError).Distinct().ToList();
        var error = errors.FirstOrDefault() ?? words.Trim();
        return Has(NoNetwork)
            ? $"The parts for {system.Name} must be fetched from NuGet once, and it cannot be reached. Connect this machine to a "
                + $"network and repeat the command. Using a bundle needs no network. NuGet says: {error}"
            : Has(NotServed)
            ? $"Your package source does not serve the runtime {RuntimeVersion} for {system.Name}. Leave this system out with "
                + $"--for, or add nuget.org to your sources. NuGet says: {error}"
            : Has(DiskFull) ? $"The disk is full. Make room, and repeat the command. The SDK says: {error}"
            : words.Contains("No .NET SDKs were found", StringComparison.Ordinal)
            ? NeedsSdk + ", and has only a runtime."
            : $"The SDK could not build the parts for {system.Name}: {error}";

        bool Has(string[] signs) => signs.Any(sign => words.Contains(sign, StringComparison.OrdinalIgnoreCase));

        static bool IsError(string line) => line.Contains("error", StringComparison.OrdinalIgnoreCase);
    }

    private async Task<(int Exit, string Words)> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(SelfProcess.DotnetPath(), arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // In English, because the words are searched.
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new BundleException($"{NeedsSdk}: {exception.Message}");
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            var words = await output.ConfigureAwait(false) + await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return (process.ExitCode, words);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
