using System.Diagnostics;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Testing;

/// <summary>The genuine .NET Interactive: the tool that this repository's manifest pins, once it has been restored.</summary>
public static class DotnetInteractive
{
    private const string Package = "microsoft.dotnet-interactive";

    /// <summary>The version that the manifest pins.</summary>
    public static string Version { get; } = (string)JsonNode.Parse(
        File.ReadAllText(Path.Combine(Repository.Root, ".config", "dotnet-tools.json")))!["tools"]![Package]!["version"]!;

    private static readonly Lazy<string?> Reason = new(Ask);

    /// <summary>How to start it: inside the repository, whose manifest is what finds the tool.</summary>
    public static ProcessStartInfo StartInfo(params IEnumerable<string> arguments) =>
        new("dotnet", ["tool", "run", "dotnet-interactive", "--", .. arguments]) { WorkingDirectory = Repository.Root };

    internal static string? WhyNot() => Reason.Value;

    private static string? Ask()
    {
        var start = StartInfo("--version");
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var asked = Process.Start(start)!;
        var errors = asked.StandardError.ReadToEndAsync();
        var answer = asked.StandardOutput.ReadToEnd();
        asked.WaitForExit();
        errors.Wait();
        return asked.ExitCode == 0 && answer.StartsWith(Version, StringComparison.Ordinal)
            ? null
            : $".NET Interactive {Version} is not restored ('dotnet tool restore' does it).";
    }
}
