using System.Diagnostics;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>
/// The kernel as the command installs it, for the tests of a collection, in a folder of its own that Jupyter is told about.
/// </summary>
public sealed class InstalledKernel : IDisposable
{
    public const string Name = "course-test";

    private readonly TemporaryFolder _prefix = new();

    public InstalledKernel()
    {
        string[] command = ["jupyter", "install", "--prefix", _prefix.Path, "--name", Name];
        var (exitCode, output, errors) = CourseProgram.RunAsync(_prefix.Path, command).GetAwaiter().GetResult();
        Assert.True(exitCode == 0, output + errors);
    }

    public string SpecFolder => Path.Combine(_prefix.Path, "share", "jupyter", "kernels", Name);

    /// <summary>How to start a script of these tests that finds this kernel.</summary>
    internal ProcessStartInfo Python(string script, params string[] arguments)
    {
        var path = Path.Combine(Repository.Root, "tests", "NetworkingCourse.Host.Tests", "Jupyter", script);
        return Program(PythonPackages.Jupyter, [path, .. arguments]);
    }

    /// <summary>How to start a Python program that finds this kernel, but no settings of the user running the tests.</summary>
    internal ProcessStartInfo Program(PythonPackages python, params string[] arguments)
    {
        var start = new ProcessStartInfo(python.Python, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["JUPYTER_PATH"] = Path.Combine(_prefix.Path, "share", "jupyter");
        start.Environment["HOME"] = _prefix.Path;
        return start;
    }

    public void Dispose() => _prefix.Dispose();
}

/// <summary>The tests that run notebooks, one after the other: each needs the machine to itself.</summary>
[CollectionDefinition(Title)]
public sealed class JupyterTests : ICollectionFixture<InstalledKernel>
{
    public const string Title = "Jupyter";
}

/// <summary>The tests that talk to a kernel as front ends do, and measure nothing.</summary>
[CollectionDefinition(Title)]
public sealed class KernelInFrontEnds : ICollectionFixture<InstalledKernel>
{
    public const string Title = "Front ends";
}
