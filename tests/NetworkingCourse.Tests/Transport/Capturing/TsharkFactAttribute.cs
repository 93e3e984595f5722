using System.Diagnostics;

namespace NetworkingCourse.Tests.Transport.Capturing;

/// <summary>A test that asks tshark, Wireshark's parser. Without it the test is skipped, and says so; in CI it runs, and fails without it.</summary>
public sealed class TsharkFactAttribute : FactAttribute
{
    public TsharkFactAttribute()
    {
        if (Path is null && Environment.GetEnvironmentVariable("CI") is null)
        {
            Skip = "There is no 'tshark' on the path.";
        }
    }

    private static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .Select(folder => System.IO.Path.Combine(folder, "tshark")).FirstOrDefault(File.Exists);

    /// <summary>Runs it, and gives what it writes.</summary>
    public static string Run(params string[] arguments)
    {
        using var tshark = Process.Start(new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = tshark.StandardError.ReadToEndAsync();
        var output = tshark.StandardOutput.ReadToEnd();
        tshark.WaitForExit();
        Assert.True(tshark.ExitCode == 0, errors.GetAwaiter().GetResult());
        return output;
    }
}
