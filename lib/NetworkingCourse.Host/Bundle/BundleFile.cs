using System.Text;

namespace NetworkingCourse.Host.Bundle;

/// <summary>A file of a bundle.</summary>
/// <param name="Name">Its path in the bundle, with forward slashes.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="IsProgram">Whether it can be started, which Unix notes at each file.</param>
/// <param name="Open">Opens its content.</param>
internal sealed record BundleFile(string Name, long Length, bool IsProgram, Func<Stream> Open)
{
    public static BundleFile FromDisk(string name, string path, bool isProgram = false) =>
        new(name, new FileInfo(path).Length, isProgram, () => File.OpenRead(path));

    public static BundleFile FromText(string name, string text, bool isProgram = false) =>
        FromBytes(name, Encoding.UTF8.GetBytes(text), isProgram);

    public static BundleFile FromBytes(string name, ReadOnlyMemory<byte> bytes, bool isProgram = false) =>
        new(name, bytes.Length, isProgram, () => new MemoryStream(bytes.ToArray(), writable: false));

    /// <summary>All files in a folder and below it, without hidden ones.</summary>
    /// <param name="name">The folder's path in the bundle.</param>
    /// <param name="folder">The folder.</param>
    public static IEnumerable<BundleFile> Below(string name, string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => (File: file, Below: Path.GetRelativePath(folder, file.FullName)))
            .Where(file => !file.Below.Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.')))
            .Select(file =>
                FromDisk($"{name}/{file.Below.Replace(Path.DirectorySeparatorChar, '/')}", file.File.FullName));
}
