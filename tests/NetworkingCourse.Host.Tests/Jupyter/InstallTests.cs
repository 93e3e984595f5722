using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary><c>jupyter install</c>, <c>list</c> and <c>uninstall</c>: no Python is involved.</summary>
public sealed class InstallTests : IDisposable
{
    private readonly TemporaryFolder _prefix = new();

    public void Dispose() => _prefix.Dispose();

    [Fact]
    public async Task What_is_installed_is_a_copy_that_needs_nothing_of_the_build()
    {
        Assert.Equal(0, await RunAsync("install", "--name", "mine"));
        var spec = Spec("mine");
        var program = (string?)spec["argv"]![1];
        Assert.StartsWith(Folder("mine"), program, StringComparison.Ordinal);
        Assert.Equal(["jupyter", "kernel", "{connection_file}"], spec["argv"]!.AsArray().Skip(2).Select(word => (string?)word));
        Assert.Equal(("C#", "message"), ((string?)spec["language"], (string?)spec["interrupt_mode"]));
        // It takes only what it needs from the folder that it was installed from.
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(program)!, "xunit.core.dll")));
        var (exitCode, _, errors) = await RunProgramAsync(program!, "--version");
        Assert.True(exitCode == 0, errors);
    }

    [Fact]
    public async Task Installing_again_takes_the_place_of_the_copy_before()
    {
        Assert.Equal(0, await RunAsync("install"));
        var first = (string?)Spec("networking-course")["argv"]![1];
        Assert.Equal(0, await RunAsync("install"));
        Assert.NotEqual(first, (string?)Spec("networking-course")["argv"]![1]);
        Assert.False(File.Exists(first));
        Assert.Single(Directory.GetDirectories(Folder("networking-course")));
    }

    /// <summary>On a Linux without ICU, the install script of a bundle sets this variable; the kernel needs it again.</summary>
    [Fact]
    public async Task What_the_program_needs_to_start_the_kernel_gets_too()
    {
        const string variable = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";
        Assert.Equal(0, await RunAsync("install", "--name", "usual"));
        Assert.Null(Spec("usual")["env"]![variable]);
        var (exit, _, errors) = await CourseProgram.RunAsync(
            _prefix.Path, [(variable, "1")], "jupyter", "install", "--prefix", _prefix.Path, "--name", "without");
        Assert.True(exit == 0, errors);
        Assert.Equal("1", (string?)Spec("without")["env"]![variable]);
    }

    [Fact]
    public async Task The_last_kernel_takes_the_empty_folders_with_it()
    {
        Assert.Equal(0, await RunAsync("install", "--name", "one"));
        Assert.Equal(0, await RunAsync("install", "--name", "two"));
        Assert.Equal(0, await RunAsync("uninstall", "--name", "one"));
        Assert.True(Directory.Exists(Folder("two")));
        Assert.Equal(0, await RunAsync("uninstall", "--name", "two"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_prefix.Path, "share")));
    }

    [Fact]
    public async Task It_is_listed_and_can_be_taken_away_and_others_kernels_are_left_alone()
    {
        _prefix.File(
            "share/jupyter/kernels/others/kernel.json",
            """{"argv":["x","y"],"display_name":"Another","language":"python"}""");
        Assert.Equal(0, await RunAsync("install", "--name", "mine"));
        var (_, listed, _) = await CourseProgram.RunAsync(_prefix.Path, "jupyter", "list", "--prefix", _prefix.Path);
        Assert.StartsWith(
            "mine  C# (Networking Course)  ", Assert.Single(listed.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Unusable, await RunAsync("install", "--name", "others"));
        Assert.Equal(ExitCode.Unusable, await RunAsync("uninstall", "--name", "others"));
        Assert.Equal(ExitCode.Unusable, await RunAsync("uninstall", "--name", "nobody"));
        Assert.Equal(ExitCode.Unusable, await RunAsync("install", "--name", "../escape"));
        Assert.Equal(0, await RunAsync("uninstall", "--name", "mine"));
        Assert.Equal(["others"], Directory.GetDirectories(Folder("")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("[\"dotnet\", \"nosuch-tool\", \"jupyter\"]", "C#", "dotnet-nosuch-tool")]
    [InlineData("[\"/nosuch/dotnet-interactive\", \"jupyter\"]", "C#", "/nosuch/dotnet-interactive")]
    [InlineData("[\"dotnet\", \"/nosuch/kernel.dll\"]", "csharp", "/nosuch/kernel.dll")]
    [InlineData("[\"dotnet\"]", "C#", null)]
    [InlineData("[\"dotnet\", \"tool\", \"run\", \"dotnet-interactive\"]", "C#", null)]
    [InlineData("[\"nosuch-python\", \"-m\", \"ipykernel\"]", "python", null)]
    [InlineData("[]", "C#", null)]
    [InlineData("[1]", "C#", null)]
    public async Task A_kernel_for_CSharp_whose_program_is_gone_is_named_with_the_folder_to_delete(
        string argv,
        string language,
        string? missing)
    {
        _prefix.File(
            "share/jupyter/kernels/.net-csharp/kernel.json",
            $$"""{"argv":{{argv}},"display_name":".NET (C#)","language":"{{language}}"}""");
        var (exit, listed, _) = await CourseProgram.RunAsync(_prefix.Path, "jupyter", "list", "--prefix", _prefix.Path);
        Assert.Equal(0, exit);
        Assert.Equal(
            missing is null
                ? []
                : [$"The kernel '.NET (C#)' cannot start: {missing} is missing. Front ends offer it all the same. "
                    + $"Delete its folder: {Folder(".net-csharp")}"],
            listed.TrimEnd().Split('\n').Skip(1));
    }

    private async Task<int> RunAsync(string what, params string[] more) =>
        (await CourseProgram.RunAsync(_prefix.Path, ["jupyter", what, "--prefix", _prefix.Path, .. more])).ExitCode;

    private async Task<(int ExitCode, string Output, string Errors)> RunProgramAsync(string program, string argument)
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [program, argument])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _prefix.Path,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        var (output, errors) = (await process.StandardOutput.ReadToEndAsync(), await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, output, errors);
    }

    private string Folder(string name) => Path.Combine(_prefix.Path, "share", "jupyter", "kernels", name);

    private JsonNode Spec(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(name), "kernel.json")))!;
}
