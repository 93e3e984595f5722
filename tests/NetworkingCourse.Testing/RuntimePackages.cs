using System.Runtime.InteropServices;

namespace NetworkingCourse.Testing;

/// <summary>The packages with .NET's runtime, from which a bundle for this system is made.</summary>
internal static class RuntimePackages
{
    public static string? WhyNot()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } told ? told
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var system = "linux-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        var (version, names) = (Environment.Version.ToString(3), new[] { "microsoft.netcore.app", "microsoft.aspnetcore.app" });
        var fetch = $"dotnet restore lib/BundleParts -p:RuntimeIdentifier={system}";
        return names.All(name => Directory.Exists(Path.Combine(packages, $"{name}.runtime.{system}", version)))
            ? null
            : $"The packages of the runtime {version} are not there ('{fetch}' fetches them).";
    }
}
