using System.Runtime.Versioning;

namespace NetworkingCourse;

/// <summary>
/// What some systems have and others do not, one named predicate a feature; whatever depends on the system asks here. Features that
/// are named in the environment variable <see cref="WithoutVariable"/> are taken for missing, so that anyone can see on one machine
/// what the course does, and says, on another.
/// </summary>
internal static class SystemFeatures
{
    /// <summary>The variable: names of features, with commas between them, or <c>all</c>.</summary>
    public const string WithoutVariable = "COURSE_WITHOUT";

    private const string All = "all";

    private static readonly HashSet<string> Without =
        [.. (Environment.GetEnvironmentVariable(WithoutVariable) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static readonly SortedSet<string> Known = [];

    // Runs after all features have said their names.
    static SystemFeatures()
    {
        if (Without.Except(Known).Except([All]).FirstOrDefault() is { } unknown)
        {
            throw new InvalidOperationException($"{WithoutVariable} names '{unknown}', which is no feature. Features: {string.Join(", ", Known)}, or {All}.");
        }
    }

    /// <summary>epoll(7), by which Linux tells which of many sockets are ready.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool Epoll { get; } = OperatingSystem.IsLinux() && Has("epoll");

    /// <summary>Linux's tables of sockets and routes, which tell what waits in queues (proc_net(5)).</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool ProcNet { get; } = OperatingSystem.IsLinux() && Has("proc-net");

    /// <summary>TCP_INFO (tcp(7)) in the form that Linux gives it.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool TcpInfo { get; } = OperatingSystem.IsLinux() && Has("tcp-info");

    /// <summary>A known time for which the system holds back acknowledgments: 40 ms on Linux.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool KnownDelayedAcknowledgment { get; } = OperatingSystem.IsLinux() && Has("delayed-ack");

    /// <summary>A broadcast address on the loopback interface.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool LoopbackBroadcast { get; } = OperatingSystem.IsLinux() && Has("loopback-broadcast");

    /// <summary>A folder that lists the open descriptors of this process: with what they are on Linux (proc_pid_fd(5)), as numbers on macOS (fd(4)).</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool DescriptorList { get; } = IsUnix && Has("descriptor-list");

    /// <summary>A limit on open descriptors that can be asked for (getrlimit(2)).</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool DescriptorLimit { get; } = IsUnix && Has("descriptor-limit");

    /// <summary>Sockets that a child process inherits, unless their close-on-exec flag is set.</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool InheritedSockets { get; } = IsUnix && Has("inherited-sockets");

    /// <summary>Sleeps of less than a millisecond (nanosleep(2)).</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool FineSleep { get; } = IsUnix && Has("nanosleep");

    /// <summary>A bind that a connection in TIME-WAIT prevents, unless SO_REUSEADDR is set (socket(7)).</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool ReuseAddress { get; } = IsUnix && Has("reuse-address");

    /// <summary>A library that captures packets: libpcap, or Npcap on Windows.</summary>
    public static bool CaptureLibrary { get; } = Has("capture-library");

    /// <summary>The right to capture packets, as far as this process knows before it tries.</summary>
    public static bool CaptureRight { get; } = Has("capture-right");

    /// <summary>A file that lists the services of the well-known ports (services(5)).</summary>
    public static bool ServicesFile { get; } = Has("services-file");

    private static bool IsUnix => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    private static bool Has(string name)
    {
        Known.Add(name);
        return !Without.Contains(name) && !Without.Contains(All);
    }
}
