using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The calls of epoll(7), which the kernel of Linux has and .NET does not expose.</summary>
[SupportedOSPlatform("linux")]
internal static partial class EpollCalls
{
    /// <summary>EPOLL_CTL_ADD: watches another descriptor.</summary>
    public const int Add = 1;

    /// <summary>EPOLL_CTL_DEL: stops watching a descriptor.</summary>
    public const int Delete = 2;

    /// <summary>EPOLL_CTL_MOD: changes what a descriptor is watched for.</summary>
    public const int Modify = 3;

    /// <summary>EPOLLIN: there is something to read.</summary>
    public const uint Readable = 0x1;

    /// <summary>EPOLLOUT: there is room to write.</summary>
    public const uint Writable = 0x4;

    /// <summary>EPOLLET: an event is reported only when something new has arrived.</summary>
    public const uint EdgeTriggered = 1u << 31;

    /// <summary>EPOLLEXCLUSIVE: of all epolls that watch the descriptor in this way, an event wakes only one or a few.</summary>
    public const uint Exclusive = 1u << 28;

    private const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC: child processes do not inherit the descriptor
    private const int Interrupted = 4;       // EINTR

    // struct epoll_event consists of a 32-bit event mask and 64 bits of user data, here the descriptor. On x86-64 the struct is
    // packed; elsewhere the user data is aligned to 8 bytes.
    private static readonly int EventWords =
        RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 ? 3 : 4;
    private static readonly int DataWord = EventWords - 2;

    // If the loop could wait only for whole milliseconds, that would be the largest error of its timers.
    private static readonly bool HasFineWait = Environment.OSVersion.Version >= new Version(5, 11)
        && NativeLibrary.TryLoad("libc", typeof(EpollCalls).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, "epoll_pwait2", out _);

    /// <summary>Creates an epoll.</summary>
    /// <returns>Its descriptor.</returns>
    /// <exception cref="Win32Exception">The system refused.</exception>
    public static int Create() => Checked(Create(CloseOnExec));

    /// <summary>Closes an epoll.</summary>
    public static void Destroy(int epoll) => _ = Close(epoll);

    /// <summary>Creates an array that has room for some events.</summary>
    public static uint[] NewEvents(int max) => new uint[max * EventWords];

    /// <summary>The descriptor that an event is about.</summary>
    public static int DescriptorOf(uint[] events, int index) => (int)events[index * EventWords + DataWord];

    /// <summary>Adds, changes or removes a descriptor.</summary>
    /// <param name="epoll">The epoll.</param>
    /// <param name="operation"><see cref="Add"/>, <see cref="Modify"/> or <see cref="Delete"/>.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="wanted">What to watch for; ignored when removing.</param>
    /// <exception cref="Win32Exception">The system refused.</exception>
    public static void Control(int epoll, int operation, int descriptor, uint wanted)
    {
        var words = new uint[EventWords];
        (words[0], words[DataWord]) = (wanted, (uint)descriptor);
        Checked(Control(epoll, operation, descriptor, words));
    }

    /// <summary>Waits until a descriptor is ready or the timeout expires.</summary>
    /// <param name="epoll">The epoll.</param>
    /// <param name="events">Receives the events.</param>
    /// <param name="limit">The timeout; a negative value means no timeout.</param>
    /// <returns>The number of events; 0 also if a signal ended the wait.</returns>
    /// <exception cref="Win32Exception">The system refused.</exception>
    public static int Wait(int epoll, uint[] events, TimeSpan limit)
    {
        var max = events.Length / EventWords;
        var count = limit < TimeSpan.Zero ? Wait(epoll, events, max, -1)
            : HasFineWait ? WaitFinely(epoll, events, max, limit)
            : Wait(epoll, events, max, (int)Math.Round(Math.Min(limit.TotalMilliseconds, int.MaxValue)));
        return count < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : Checked(count);
    }

    private static int WaitFinely(int epoll, uint[] events, int max, TimeSpan limit)
    {
        var (seconds, rest) = Math.DivRem(limit.Ticks, TimeSpan.TicksPerSecond);
        return Wait(epoll, events, max, [seconds, rest * 100], IntPtr.Zero);
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int descriptor, uint[] wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, uint[] events, int max, int milliseconds);

    // Takes a struct timespec (two 64-bit numbers) instead of milliseconds; available since Linux 5.11.
    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    private static partial int Wait(int epoll, uint[] events, int max, long[] time, nint signals);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
