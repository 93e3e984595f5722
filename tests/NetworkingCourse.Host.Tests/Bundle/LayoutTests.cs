using System.Text.Json.Nodes;
using NetworkingCourse.Host.Bundle;

namespace NetworkingCourse.Host.Tests.Bundle;

/// <summary>What lies where in a bundle, and what does not: from folders with empty files in place of the SDK's.</summary>
public sealed class LayoutTests : IDisposable
{
    private const string Version = "10.0.7";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("linux-x64", "libhostfxr.so", "libcoreclr.so", "libmscordaccore.so libclrgc.so createdump")]
    [InlineData("osx-arm64", "libhostfxr.dylib", "libcoreclr.dylib", "libmscordbi.dylib libclrgcexp.dylib createdump")]
    [InlineData(
        "win-x64", "hostfxr.dll", "coreclr.dll",
        "mscordaccore_amd64_amd64_10.0.1226.42308.dll Microsoft.DiaSymReader.Native.amd64.dll createdump.exe")]
    public void The_runtime_is_laid_out_as_an_installed_one_without_what_debuggers_need(
        string id, string resolver, string native, string notNeeded)
    {
        var system = TargetSystem.Parse(id)[0];
        var core = $"packages/microsoft.netcore.app.runtime.{id}/{Version}";
        var web = $"packages/microsoft.aspnetcore.app.runtime.{id}/{Version}";
        string[] natives = [resolver, native, .. notNeeded.Split(' ')];
        string[] files =
        [
            .. natives.Select(name => $"{core}/runtimes/{id}/native/{name}"),
            $"{core}/runtimes/{id}/lib/net10.0/System.Private.CoreLib.dll",
            $"{core}/runtimes/{id}/lib/net10.0/Microsoft.NETCore.App.deps.json",
            $"{core}/LICENSE.TXT", $"{core}/Icon.png",
            $"{web}/runtimes/{id}/lib/net10.0/Microsoft.AspNetCore.dll", $"{web}/THIRD-PARTY-NOTICES.TXT",
        ];
        Array.ForEach(files, file => _folder.File(file, ""));
        Assert.Equal(
            new[]
            {
                $"runtime/host/fxr/{Version}/{resolver}",
                $"runtime/shared/Microsoft.NETCore.App/{Version}/{native}",
                $"runtime/shared/Microsoft.NETCore.App/{Version}/System.Private.CoreLib.dll",
                $"runtime/shared/Microsoft.NETCore.App/{Version}/Microsoft.NETCore.App.deps.json",
                "runtime/shared/Microsoft.NETCore.App/LICENSE.TXT",
                $"runtime/shared/Microsoft.AspNetCore.App/{Version}/Microsoft.AspNetCore.dll",
                "runtime/shared/Microsoft.AspNetCore.App/THIRD-PARTY-NOTICES.TXT",
            }.Order(),
            RuntimeFiles.Of("runtime", system, Parts, Version).Select(file => file.Name).Order());
    }

    [Fact]
    public async Task The_kernel_takes_what_it_needs_of_its_folder_and_gets_its_starters()
    {
        var system = TargetSystem.Parse("win")[0];
        _folder.File("parts/NetworkingCourse.Host.exe", "");
        _folder.File("parts/NetworkingCourse.Worker.exe", "");
        var files = await KernelFiles.OfAsync("course", system, Parts, (file, _) => Task.FromResult(file.Path));
        var names = files.Select(file => file.Name).ToList();
        Assert.Equal(names.Distinct(), names);
        string[] expected =
        [
            "NetworkingCourse.Host.exe", "NetworkingCourse.Host.dll", "NetworkingCourse.Host.deps.json",
            "NetworkingCourse.Host.runtimeconfig.json", "NetworkingCourse.Worker.exe", "NetworkingCourse.Worker.dll",
            "NetworkingCourse.Worker.runtimeconfig.json", "NetworkingCourse.dll", "Microsoft.CodeAnalysis.CSharp.dll",
            "charts/NetworkingCourse.Charts.dll", "charts/Plotly.NET.dll",
        ];
        Assert.Superset(expected.Select(name => $"course/{name}").ToHashSet(), names.ToHashSet());
        Assert.DoesNotContain(names, name => name.EndsWith(".pdb", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.Contains("xunit", StringComparison.Ordinal));
        Assert.Equal(
            ["course/NetworkingCourse.Host.exe", "course/NetworkingCourse.Worker.exe"],
            files.Where(file => file.IsProgram).Select(file => file.Name));
    }

    [Fact]
    public void Notebooks_are_handed_out_clean_with_the_library_and_without_what_runs_have_left()
    {
        var lesson = _folder.Notebook("notebooks/1-application/1-first.ipynb", ("1 + 1", []));
        var saved = File.ReadAllText(lesson)
            .Replace("\"source\":", "\"outputs\":[],\"execution_count\":7,\"source\":", StringComparison.Ordinal);
        File.WriteAllText(lesson, saved);
        _folder.Notebook("notebooks/solutions/1-application/1-first.ipynb", ("2", []));
        string[] others =
        [
            "bin/NetworkingCourse.dll", "bin/NetworkingCourse.xml", "bin/NetworkingCourse.pdb", "bin/NetworkingCourse.Worker.pdb",
            "bin/.replaced/old.dll", "bin/charts/Plotly.NET.dll", ".vscode/settings.json", "artifacts/run.json",
            "1-application/.ipynb_checkpoints/x.txt", "1-application/README.md", "1-application/captures/a.pcap",
        ];
        Array.ForEach(others, name => _folder.File($"notebooks/{name}", ""));
        var folder = Path.Combine(_folder.Path, "notebooks");
        string[] without =
        [
            "notebooks/.vscode/settings.json", "notebooks/1-application/1-first.ipynb", "notebooks/1-application/README.md",
            "notebooks/1-application/captures/a.pcap", "notebooks/bin/NetworkingCourse.dll", "notebooks/bin/NetworkingCourse.pdb",
            "notebooks/bin/NetworkingCourse.xml", "notebooks/bin/charts/Plotly.NET.dll",
        ];
        var files = NotebookFiles.Of("notebooks", folder, withSolutions: false);
        Assert.Equal(without, files.Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            [.. without, "notebooks/solutions/1-application/1-first.ipynb"],
            NotebookFiles.Of("notebooks", folder, withSolutions: true).Select(file => file.Name).Order(StringComparer.Ordinal));

        var handedOut = files.Single(file => file.Name.EndsWith("first.ipynb", StringComparison.Ordinal));
        using var reader = new StreamReader(handedOut.Open());
        Assert.Contains("\"execution_count\": null", reader.ReadToEnd());
        Assert.Equal(saved, File.ReadAllText(lesson));
    }

    [Fact]
    public void Every_notebook_names_the_kernel_that_the_bundle_installs()
    {
        var notebooks = NotebookFiles.Of("notebooks", Repository.Notebooks, withSolutions: true)
            .Where(file => file.Name.EndsWith(".ipynb", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(Repository.NotebookNames.Count() + Repository.SolutionNames.Count(), notebooks.Count);
        Assert.All(notebooks, file =>
        {
            using var reader = new StreamReader(file.Open());
            var kernel = JsonNode.Parse(reader.ReadToEnd())!["metadata"]!["kernelspec"]!;
            Assert.Equal(
                ("networking-course", "C# (Networking Course)", "C#"),
                ((string?)kernel["name"], (string?)kernel["display_name"], (string?)kernel["language"]));
        });
    }

    [Fact]
    public void Without_the_library_the_author_is_told_to_build()
    {
        _folder.Notebook("notebooks/1.ipynb", ("1", []));
        var thrown = Assert.Throws<BundleException>(
            () => NotebookFiles.Of("notebooks", Path.Combine(_folder.Path, "notebooks"), withSolutions: true));
        Assert.Contains("dotnet build", thrown.Message);
    }

    private Parts Parts => new(Path.Combine(_folder.Path, "parts"), Path.Combine(_folder.Path, "packages"));
}
