namespace NetworkingCourse.Host.Worker;

/// <summary>
/// A kernel for each of several notebooks, each started while the notebook before it is at its beginning: that one mostly reads and shows
/// things then, and a kernel takes more than a second to get ready.
/// </summary>
/// <param name="folders">The notebooks' folders, in order.</param>
internal sealed class KernelPrewarmer(IReadOnlyList<string> folders) : IAsyncDisposable
{
    private KernelProcess? _waiting;
    private int _taken;

    /// <summary>The next notebook's kernel, which the caller ends.</summary>
    public KernelProcess Next()
    {
        var next = _waiting ?? KernelProcess.Start(folders[_taken]);
        _waiting = null;
        _taken++;
        return next;
    }

    /// <summary>Starts the kernel after that, if there is one more notebook and it has not been started.</summary>
    public void StartNext() => _waiting ??= _taken < folders.Count ? KernelProcess.Start(folders[_taken], ahead: true) : null;

    /// <summary>Ends the kernel that nobody has taken.</summary>
    public ValueTask DisposeAsync() => _waiting?.DisposeAsync() ?? ValueTask.CompletedTask;
}
