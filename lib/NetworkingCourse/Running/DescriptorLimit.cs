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

            // RLIMIT_NOFILE: only its number differs between these systems.
            var resource = OperatingSystem.IsLinux() ? 7 : 8;
            return GetResourceLimit(resource, out var limit) == 0 && limit.Current < long.MaxValue ? (long)limit.Current : null;
        }
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
    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetResourceLimit(int resource, out ResourceLimit limit);

    private struct ResourceLimit
    {
        public nuint Current;
        public nuint Maximum;
    }
}
