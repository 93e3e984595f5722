namespace NetworkingCourse.Host.Worker;

/// <summary>
/// Provides a kernel for each of several notebooks. Because a kernel takes more than a second to get ready, each one is started
/// while the previous notebook is still near its beginning, where it does little work.
/// </summary>
/// <param name="folders">The notebooks' folders, in order.</param>
internal sealed class KernelPrewarmer(IReadOnlyList<string> folders) : IAsyncDisposable
{
    private KernelProcess? _waiting;
    private int _taken;

    /// <summary>Returns the kernel for the next notebook. The caller disposes of it.</summary>
    public KernelProcess Next()
    {
        var next = _waiting ?? Start(ahead: false);
        _waiting = null;
        _taken++;
        return next;
    }

    /// <summary>Starts the kernel for the notebook after that, if there is one and its kernel is not yet started.</summary>
    public void StartNext() => _waiting ??= _taken < folders.Count ? Start(ahead: true) : null;

    // What this machine's user has solved is not to be seen in the outputs.
    private KernelProcess Start(bool ahead) =>
        KernelProcess.Start(folders[_taken], ahead, KeyValuePair.Create(Progress.FileVariable, (string?)""));

    /// <summary>Ends the kernel that was started but not used.</summary>
    public ValueTask DisposeAsync() => _waiting?.DisposeAsync() ?? ValueTask.CompletedTask;
}
