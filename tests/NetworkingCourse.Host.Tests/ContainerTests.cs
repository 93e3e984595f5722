using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Tests.Jupyter;

namespace NetworkingCourse.Host.Tests;

/// <summary>
/// The dev container and the image for JupyterHub and Binder. What needs a container engine is not tried; the script that both
/// run is.
/// </summary>
[Collection(JupyterTests.Title)]
public sealed class ContainerTests
{
    private const string Script = ".devcontainer/install.sh";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    [Fact]
    public void Both_have_the_sdk_that_the_course_asks_for_and_run_the_same_script()
    {
        var sdk = (string)JsonNode.Parse(Read("global.json"))!["sdk"]!["version"]!;
        var image = $"mcr.microsoft.com/dotnet/sdk:{sdk}-noble";
        Assert.Contains($"FROM {image} AS dotnet", Read(".binder/Dockerfile"));
        Assert.Contains($"/{Script}\n", Read(".binder/Dockerfile"));
        var container = JsonNode.Parse(
            Read(".devcontainer/devcontainer.json"),
            documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        Assert.Equal(image, (string?)container["image"]);
        Assert.EndsWith($"/{Script}", (string?)container["postCreateCommand"]);
        Assert.Equal("ms-toolsai.jupyter", (string?)container["customizations"]!["vscode"]!["extensions"]![0]);
    }

    [NeedsFact(Need.Linux, Need.Jupyter)]
    public async Task The_script_builds_and_installs_in_a_clean_folder_with_an_empty_home()
    {
        using var folder = new TemporaryFolder();
        var (course, home) = (Path.Combine(folder.Path, "course"), Path.Combine(folder.Path, "home"));
        Directory.CreateDirectory(home);
        foreach (var name in new[] { "lib", "notebooks", "global.json", ".editorconfig", ".devcontainer" })
        {
            Copy(name, course);
        }

        foreach (var file in Directory.EnumerateFiles(Repository.Root, "Directory.*"))
        {
            Copy(Path.GetFileName(file), course);
        }

        var (status, said) = await RunAsync(home, Path.Combine(course, Script));
        Assert.True(status == 0, said);
        Assert.True(File.Exists(Path.Combine(home, ".local/share/jupyter/kernels/networking-course/kernel.json")), said);
        var host = Path.Combine(course, "lib/NetworkingCourse.Host/bin/Debug/net10.0/NetworkingCourse.Host.dll");
        (_, said) = await RunAsync(home, "dotnet", host, "doctor");
        Assert.Matches(@"ok +the installed kernel +'C# \(Networking Course\)' started", said);
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(Repository.Root, name));

    // Without what a build has left.
    private static void Copy(string name, string to)
    {
        var (from, target) = (Path.Combine(Repository.Root, name), Path.Combine(to, name));
        if (Path.GetFileName(name) is "bin" or "obj")
        {
            return;
        }

        if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(from, target);
            return;
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(from))
        {
            Copy(Path.Combine(name, Path.GetFileName(entry)), to);
        }
    }

    private static async Task<(int Status, string Said)> RunAsync(string home, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The packages that are here already: the test needs no network.
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        (start.Environment["HOME"], start.Environment["NUGET_PACKAGES"]) = (home, packages);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // nothing stays running
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Deadline);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        var said = await output + await errors;
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, said);
    }
}
