using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Processor = System.Runtime.InteropServices.Architecture;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The system's list of sockets of interest, and of those that are ready: epoll(7), level-triggered, which means that a socket is told
/// of again and again as long as it is ready. Linux only.
/// </summary>
internal sealed partial class EpollQueue : IDisposable
{
    /// <summary>There are bytes to receive, or the other side has closed (EPOLLIN).</summary>
    public const uint Readable = 0x001;

    /// <summary>There is room to send, or a connection has been made or has failed (EPOLLOUT).</summary>
    public const uint Writable = 0x004;

    private const int CloseOnExec = 0x80000;
    private const int AddSocket = 1;
    private const int ChangeSocket = 3;
    private const int Interrupted = 4;
    private const int EventsAtOnce = 256;

    // An event is a mask of 32 bits and a token of 64 bits. Only on x86 does nothing lie between the two.
    private static readonly int TokenOffset = RuntimeInformation.ProcessArchitecture is Processor.X64 or Processor.X86 ? 4 : 8;
    private static readonly int EventBytes = TokenOffset + 8;

    private readonly SafeFileHandle _handle;
    private readonly int _descriptor;
    private readonly byte[] _events = new byte[EventsAtOnce * EventBytes];

    /// <exception cref="Win32Exception">The system makes no such list, for instance because the process has no descriptor left.</exception>
    public EpollQueue()
    {
        _descriptor = Checked(Create(CloseOnExec));
        _handle = new SafeFileHandle(_descriptor, ownsHandle: true);
    }

    /// <summary>Begins to look at a socket. Closing the socket ends it.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="interest"><see cref="Readable"/>, <see cref="Writable"/> or both. Failures are told of in any case.</param>
    /// <param name="token">What <see cref="Token"/> says when it is ready.</param>
    public void Add(int descriptor, uint interest, int token) => Control(AddSocket, descriptor, interest, token);

    /// <summary>Looks for something else.</summary>
    /// <inheritdoc cref="Add"/>
    public void Change(int descriptor, uint interest, int token) => Control(ChangeSocket, descriptor, interest, token);

    /// <summary>Waits until sockets are ready.</summary>
    /// <returns>How many; 0 when the time is over, or for no reason.</returns>
    public int Wait(TimeSpan longest)
    {
        var milliseconds = (int)Math.Min(Math.Ceiling(longest.TotalMilliseconds), int.MaxValue);
        var ready = Wait(_descriptor, ref _events[0], EventsAtOnce, milliseconds);
        // The runtime interrupts threads with signals when it collects garbage.
        return ready < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : Checked(ready);
    }

    /// <summary>The token of the n-th ready socket.</summary>
    public int Token(int n) => (int)Unsafe.ReadUnaligned<long>(ref _events[n * EventBytes + TokenOffset]);

    public void Dispose() => _handle.Dispose();

    private void Control(int operation, int descriptor, uint interest, int token)
    {
        Span<byte> entry = stackalloc byte[EventBytes];
        Unsafe.WriteUnaligned(ref entry[0], interest);
        Unsafe.WriteUnaligned(ref entry[TokenOffset], (long)token);
        Checked(Control(_descriptor, operation, descriptor, ref entry[0]));
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int queue, int operation, int descriptor, ref byte entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int queue, ref byte events, int most, int milliseconds);
}
