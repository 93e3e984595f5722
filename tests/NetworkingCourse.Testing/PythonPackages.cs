using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace NetworkingCourse.Testing;

/// <summary>
/// Packages of Python that a test drives. A system may have several Pythons, and the first on the path is not necessarily
/// the one that has the packages.
/// </summary>
public sealed record PythonPackages
{
    /// <summary>Jupyter's validator of notebooks.</summary>
    public static PythonPackages Nbformat { get; } = new("nbformat", "python3-nbformat");

    /// <summary>Jupyter's clients.</summary>
    public static PythonPackages Jupyter { get; } =
        new("jupyter_client, nbclient, nbconvert", "python3-jupyter-client python3-nbclient python3-nbconvert");

    /// <summary>The classic Notebook.</summary>
    public static PythonPackages ClassicNotebook { get; } = new("jupyter_client, notebook.nbextensions", "jupyter-notebook");

    private static readonly ConcurrentDictionary<PythonPackages, Lazy<string?>> Found = new();

    private readonly string _modules;
    private readonly string _debian;

    private PythonPackages(string modules, string debian) => (_modules, _debian) = (modules, debian);

    /// <summary>A Python that has them.</summary>
    /// <exception cref="FileNotFoundException">There is none on the path.</exception>
    public string Python => Find() ?? throw new FileNotFoundException(WhyNot(this));

    internal static string? WhyNot(PythonPackages packages) =>
        packages.Find() is null ? $"No python3 on the path has {packages._modules} (Debian: {packages._debian})." : null;

    private string? Find() => Found.GetOrAdd(this, static packages => new Lazy<string?>(() => packages.Search())).Value;

    private string? Search() => Programs.All("python3").Concat(Programs.All("python")).FirstOrDefault(HasThem);

    private bool HasThem(string python)
    {
        try
        {
            using var asked = Process.Start(
                new ProcessStartInfo(python, ["-c", $"import {_modules}"]) { RedirectStandardError = true })!;
            asked.StandardError.ReadToEnd();
            asked.WaitForExit();
            return asked.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // a name without a program behind it, as on Windows
        }
    }
}
