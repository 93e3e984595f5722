using System.IO.Compression;
using System.Security.Cryptography;

namespace NetworkingCourse.Host.Bundle;

/// <summary>Writes the zip of a bundle. The same files give the same zip: their order and their dates do not vary.</summary>
internal static class BundleZip
{
    private const int RegularFile = 0x8000; // S_IFREG of inode(7)
    private const int Program = 0x1ED; // 0755
    private const int Data = 0x1A4; // 0644

    // The earliest that a zip can hold.
    private static readonly DateTimeOffset Date = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the zip, and takes the place of an earlier one when it is complete.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="top">The folder in which everything lies when it is unzipped.</param>
    /// <param name="files">The files.</param>
    /// <param name="written">Receives the number of bytes of the files that have been written so far.</param>
    /// <param name="cancellation">Stops it; nothing is left then.</param>
    /// <exception cref="IOException">The disk is full, or cannot be written to.</exception>
    public static void Write(
        string path, string top, IEnumerable<BundleFile> files, Action<long> written, CancellationToken cancellation) =>
        AtomicFile.Write(path, target =>
        {
            using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
            var done = 0L;
            foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                cancellation.ThrowIfCancellationRequested();
                var entry = zip.CreateEntry($"{top}/{file.Name}", CompressionLevel.Optimal);
                entry.LastWriteTime = Date;
                entry.ExternalAttributes = (RegularFile | (file.IsProgram ? Program : Data)) << 16;
                using var to = entry.Open();
                using var from = file.Open();
                from.CopyTo(to);
                written(done += file.Length);
            }
        });

    /// <summary>The SHA-256 of a file, as <c>sha256sum</c> writes it.</summary>
    public static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
