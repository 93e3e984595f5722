using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse;

/// <summary>
/// How many descriptors this process may have open at once (getrlimit(2), RLIMIT_NOFILE), and how many of them servers leave
/// free. The runtime needs some, too: starting a thread briefly takes three, and if it cannot start one for the thread
/// pool, it ends the process.
/// </summary>
internal static partial class DescriptorLimit
{
    private const int Reserve = 32;

    private static volatile bool _isNear;

    /// <summary>The limit; null if the system sets none or does not report it.</summary>
    public static long? Now
    {
        get
        {
            if (!SystemFeatures.DescriptorLimit)
            {
                return null;
            }

            return GetResourceLimit(Files, out var limit) == 0 && limit.Current < long.MaxValue ? (long)limit.Current : null;
        }
    }

    // RLIMIT_NOFILE: only its number differs between these systems.
    private static int Files => OperatingSystem.IsLinux() ? 7 : 8;

    /// <summary>Lets this process open only so many descriptors beyond those that it has open now (setrlimit(2)).</summary>
    /// <exception cref="Win32Exception">The system refused.</exception>
    [UnsupportedOSPlatform("windows")]
    public static void LowerTo(int further)
    {
        // A new descriptor has the lowest number that is free, and the limit is on the numbers.
        var probes = Enumerable.Range(0, further)
            .Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        var last = probes.Max(probe => (long)probe.Handle);
        probes.ForEach(probe => probe.Dispose());
        if (GetResourceLimit(Files, out var limit) != 0
            || SetResourceLimit(Files, limit with { Current = (nuint)(last + 1) }) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Accepts on a socket that does not block, and closes the connection if there is one.</summary>
    /// <returns>The system's number of the error (errno(3)); 0 if there was none.</returns>
    [UnsupportedOSPlatform("windows")]
    public static int ErrorOfAccept(Socket listener)
    {
        var accepted = Accept((int)listener.Handle, 0, 0);
        if (accepted < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        new SafeSocketHandle(accepted, ownsHandle: true).Dispose();
        return 0;
    }

    /// <summary>Takes note of a socket that has just been opened.</summary>
    public static void Note(Socket socket) => _isNear |= IsBeyondReserve(socket);

    /// <summary>Fails, as accept itself would, if another socket would leave too few descriptors free.</summary>
    /// <exception cref="SocketException">TooManyOpenSockets.</exception>
    public static void ThrowIfNear()
    {
        if (!_isNear)
        {
            return;
        }

        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _isNear = IsBeyondReserve(probe);
        if (_isNear)
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
    }

    // A new descriptor has the lowest number that is free (open(2)), so all lower ones are in use.
    private static bool IsBeyondReserve(Socket newest) =>
        Now is { } limit && newest.Handle >= limit - Math.Min(Reserve, limit / 8);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetResourceLimit(int resource, out ResourceLimit limit);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetResourceLimit(int resource, in ResourceLimit limit);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "accept", SetLastError = true)]
    private static partial int Accept(int listener, nint address, nint length);

    private struct ResourceLimit
    {
        public nuint Current;
        public nuint Maximum;
    }
}
