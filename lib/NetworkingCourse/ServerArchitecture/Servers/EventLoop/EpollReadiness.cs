using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Readiness notification with epoll(7), which is specific to Linux. The kernel remembers the sockets: each is registered once,
/// and a call returns only those that are ready. The cost of a call does not depend on the number of idle sockets. (BSD and macOS
/// have kqueue for the same purpose; Windows has completion ports.)
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class EpollReadiness : IReadiness
{
    private const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC: child processes do not inherit the descriptor
    private const int Add = 1;               // EPOLL_CTL_ADD
    private const int Delete = 2;            // EPOLL_CTL_DEL
    private const int Modify = 3;            // EPOLL_CTL_MOD
    private const uint Readable = 0x1;       // EPOLLIN
    private const uint Writable = 0x4;       // EPOLLOUT
    private const int Interrupted = 4;       // EINTR
    private const int MaxEvents = 256;

    // struct epoll_event consists of a 32-bit event mask and 64 bits of user data, here the descriptor. On x86-64 the struct is
    // packed; elsewhere the user data is aligned to 8 bytes.
    private static readonly int EventWords =
        RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 ? 3 : 4;
    private static readonly int DataWord = EventWords - 2;

    // If the loop could wait only for whole milliseconds, that would be the largest error of its timers.
    private static readonly bool HasFineWait = Environment.OSVersion.Version >= new Version(5, 11)
        && NativeLibrary.TryLoad("libc", typeof(EpollReadiness).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, "epoll_pwait2", out _);

    private readonly int _epoll = Checked(Create(CloseOnExec));
    private readonly uint[] _events = new uint[MaxEvents * EventWords];
    private readonly Dictionary<int, object> _owners = [];

    /// <inheritdoc/>
    public void Watch(Socket socket, object owner, Interest interest)
    {
        var descriptor = (int)socket.Handle;
        var wanted = new uint[EventWords];
        wanted[0] = interest == Interest.Read ? Readable : Writable;
        wanted[DataWord] = (uint)descriptor;
        Checked(Control(_epoll, _owners.ContainsKey(descriptor) ? Modify : Add, descriptor, wanted));
        _owners[descriptor] = owner;
    }

    /// <inheritdoc/>
    public void Forget(Socket socket)
    {
        var descriptor = (int)socket.Handle;
        if (_owners.Remove(descriptor))
        {
            Checked(Control(_epoll, Delete, descriptor, new uint[EventWords]));
        }
    }

    /// <inheritdoc/>
    public void Wait(TimeSpan limit, List<object> ready)
    {
        var count = HasFineWait
            ? WaitFinely(limit)
            : Wait(
                _epoll, _events, MaxEvents,
                limit < TimeSpan.Zero ? -1 : (int)Math.Round(Math.Min(limit.TotalMilliseconds, int.MaxValue)));
        if (count < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
            return; // interrupted by a signal, which does not concern the loop
        }

        for (var i = 0; i < Checked(count); i++)
        {
            ready.Add(_owners[(int)_events[i * EventWords + DataWord]]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Close(_epoll);

    private int WaitFinely(TimeSpan limit)
    {
        if (limit < TimeSpan.Zero)
        {
            return Wait(_epoll, _events, MaxEvents, -1);
        }

        var (seconds, rest) = Math.DivRem(limit.Ticks, TimeSpan.TicksPerSecond);
        return Wait(_epoll, _events, MaxEvents, [seconds, rest * 100], IntPtr.Zero);
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int descriptor, uint[] wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, uint[] events, int most, int milliseconds);

    // Takes a struct timespec (two 64-bit numbers) instead of milliseconds; available since Linux 5.11.
    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    private static partial int Wait(int epoll, uint[] events, int most, long[] time, nint signals);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
