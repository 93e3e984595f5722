using System.Text;

namespace NetworkingCourse;

/// <summary>
/// Writes files atomically: the content goes to a temporary file beside the target, which then replaces the target. If the
/// program ends in between, the target is unchanged.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Writes text as UTF-8.</summary>
    public static void WriteText(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    /// <param name="path">The target file. Its folder is created if necessary.</param>
    /// <param name="write">Writes the content. If it throws, the temporary file is deleted.</param>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        // With an extension of its own, so that a search for notebooks or pages never finds a half-written file.
        var beside = $"{full}.{Guid.NewGuid():N}.part";
        try
        {
            using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, full, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
