using NetworkingCourse.Host.Artifacts;

namespace NetworkingCourse.Host.Bundle;

/// <summary>The book that an earlier run has made.</summary>
internal static class BookFiles
{
    /// <summary>Whether there is a book in a folder.</summary>
    public static bool IsIn(string folder) => ArtifactFolder.IsOne(folder) && File.Exists(Path.Combine(folder, "index.html"));

    /// <param name="name">The folder in the bundle.</param>
    /// <param name="folder">The book's folder.</param>
    /// <param name="scratch">A folder for a copy without solutions; null to take the book as it is.</param>
    public static IEnumerable<BundleFile> Of(string name, string folder, string? scratch)
    {
        if (scratch is null)
        {
            return BundleFile.Below(name, folder);
        }

        foreach (var file in BundleFile.Below(".", folder))
        {
            var copy = Path.Combine(scratch, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            using var from = file.Open();
            using var to = File.Create(copy);
            from.CopyTo(to);
        }

        ArtifactFolder.Open(scratch, withSolutions: false).TakeSolutionsAway();
        return BundleFile.Below(name, scratch);
    }
}
