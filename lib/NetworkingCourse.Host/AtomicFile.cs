using System.Text;

namespace NetworkingCourse.Host;

/// <summary>
/// Writes files whole or not at all: into a new file beside the one that is meant, which then takes its name. Whoever ends the
/// program in between leaves the file as it was.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Text, as UTF-8.</summary>
    public static void WriteText(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    /// <param name="path">The file, whose folder is made if need be.</param>
    /// <param name="write">Writes the content. If it throws, there is no trace of the attempt.</param>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        // Its ending is its own: nobody who looks for notebooks or pages finds one half written.
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
