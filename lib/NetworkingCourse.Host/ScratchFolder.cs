namespace NetworkingCourse.Host;

/// <summary>A temporary folder, deleted with everything in it when disposed of.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("networking-course-").FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A process that was started meanwhile may still hold a file. The system clears temporary folders.
        }
    }
}
