using System.ComponentModel;
using System.Diagnostics;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>A test in which Jupyter's own programs drive the kernel. Without them it is skipped, and says so; in CI it runs, and fails without them.</summary>
public sealed class JupyterFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Found = new(Find);

    public JupyterFactAttribute()
    {
        if (Python is null && Environment.GetEnvironmentVariable("CI") is null)
        {
            Skip = "No python3 on the path has Jupyter's packages (Debian: python3-jupyter-client python3-nbclient python3-nbconvert python3-ipykernel).";
        }
    }

    /// <summary>A Python that has them; null if there is none.</summary>
    public static string? Python => Found.Value;

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "python3", "python.exe" }.Select(name => Path.Combine(folder, name)))
        .Where(File.Exists)
        .FirstOrDefault(HasJupyter);

    private static bool HasJupyter(string python)
    {
        try
        {
            using var asked = Process.Start(new ProcessStartInfo(python, ["-c", "import jupyter_client, nbclient, nbconvert"]) { RedirectStandardError = true })!;
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
