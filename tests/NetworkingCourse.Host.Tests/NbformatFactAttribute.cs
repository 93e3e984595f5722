using System.ComponentModel;
using System.Diagnostics;

namespace NetworkingCourse.Host.Tests;

/// <summary>A test that asks Jupyter's own nbformat. Without it the test is skipped, and says so; in CI it runs, and fails without it.</summary>
public sealed class NbformatFactAttribute : FactAttribute
{
    /// <summary>Looked for once, by the first test that asks: starting Python takes a moment.</summary>
    private static readonly Lazy<string?> Found = new(Find);

    public NbformatFactAttribute()
    {
        if (Python is null && Environment.GetEnvironmentVariable("CI") is null)
        {
            Skip = "No python3 on the path has the package nbformat (Debian: python3-nbformat).";
        }
    }

    /// <summary>A Python that has nbformat; null if there is none.</summary>
    public static string? Python => Found.Value;

    /// <summary>A system may have several, and the first need not be the one that packages are installed for.</summary>
    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "python3", "python3.exe", "python.exe" }.Select(name => Path.Combine(folder, name)))
        .Where(File.Exists)
        .FirstOrDefault(HasNbformat);

    private static bool HasNbformat(string python)
    {
        try
        {
            using var asked = Process.Start(new ProcessStartInfo(python, ["-c", "import nbformat"]) { RedirectStandardError = true })!;
            asked.StandardError.ReadToEnd();
            asked.WaitForExit();
            return asked.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // a name that stands for no program, as Windows has them
        }
    }
}
