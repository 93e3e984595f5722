using System.Diagnostics;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Grading;

/// <summary>Looks at a kernel's process and its descendants now and then, and kills them if they take too much.</summary>
internal sealed class KernelWatch : IDisposable
{
    private const int MaxProcesses = 64;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    private readonly KernelProcess _kernel;
    private readonly long _maxBytes;
    private readonly Timer _timer;
    private string? _reason;

    public KernelWatch(KernelProcess kernel, long maxBytes)
    {
        (_kernel, _maxBytes) = (kernel, maxBytes);
        _timer = new Timer(_ => Look(), null, Period, Period);
    }

    /// <summary>Why the kernel was killed; null if it was not.</summary>
    public string? Reason => _kernel.HasOverflowed ? "It wrote more than anyone can read." : _reason;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        int[] all = [_kernel.Id, .. ChildProcesses.DescendantsOf(_kernel.Id)];
        var bytes = all.Sum(MemoryOf);
        var reason = bytes > _maxBytes
            ? FormattableString.Invariant($"It used more than {_maxBytes / 1_000_000:N0} MB of memory.")
            : all.Length > MaxProcesses ? $"It started more than {MaxProcesses} processes."
            : null;
        if (reason is not null && _reason is null)
        {
            _reason = reason;
            _kernel.Kill();
        }
    }

    private static long MemoryOf(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return found.WorkingSet64;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return 0; // it has just ended
        }
    }
}
