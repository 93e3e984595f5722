using System.Runtime.Versioning;

namespace NetworkingCourse;

/// <summary>
/// The features that some systems have and others do not, with one predicate per feature. All system-dependent code asks here.
/// Features named in the environment variable <see cref="WithoutVariable"/> are treated as missing, so that the behaviour and
/// the messages of the course on other systems can be seen on any machine.
/// </summary>
internal static class SystemFeatures
{
    /// <summary>The name of the environment variable. Its value is a comma-separated list of features, or <c>all</c>.</summary>
    public const string WithoutVariable = "COURSE_WITHOUT";

    private const string All = "all";

    private static readonly HashSet<string> Without =
    [
        .. (Environment.GetEnvironmentVariable(WithoutVariable) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
    ];

    private static readonly SortedSet<string> Known = [];

    // Runs after all features have registered their names.
    static SystemFeatures()
    {
        if (Without.Except(Known).Except([All]).FirstOrDefault() is { } unknown)
        {
            throw new InvalidOperationException(
                $"{WithoutVariable} names '{unknown}', which is not a feature. Features: {string.Join(", ", Known)}, or {All}.");
        }
    }

    /// <summary>epoll(7), which reports which of many sockets are ready.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool Epoll { get; } = OperatingSystem.IsLinux() && Has("epoll");

    /// <summary>
    /// The tables of sockets and routes under /proc/net, which show queue lengths among other things (proc_net(5)).
    /// </summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool ProcNet { get; } = OperatingSystem.IsLinux() && Has("proc-net");

    /// <summary>
    /// The processor time and the context switches of each thread, under /proc (proc_pid_stat(5), proc_pid_status(5)).
    /// </summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool ThreadAccounts { get; } = OperatingSystem.IsLinux() && Has("thread-accounts");

    /// <summary>TCP_INFO (tcp(7)) in Linux's format.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool TcpInfo { get; } = OperatingSystem.IsLinux() && Has("tcp-info");

    /// <summary>TCP_CONGESTION (tcp(7)), by which a socket names and chooses its congestion control.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool CongestionControl { get; } = OperatingSystem.IsLinux() && Has("congestion-control");

    /// <summary>A known delay for delayed acknowledgments: 40 ms on Linux.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool KnownDelayedAcknowledgment { get; } = OperatingSystem.IsLinux() && Has("delayed-ack");

    /// <summary>A broadcast address on the loopback interface.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool LoopbackBroadcast { get; } = OperatingSystem.IsLinux() && Has("loopback-broadcast");

    /// <summary>
    /// A folder that lists the open descriptors of this process: with their targets on Linux
    /// (proc_pid_fd(5)), as numbers only on macOS (fd(4)).
    /// </summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool DescriptorList { get; } = IsUnix && Has("descriptor-list");

    /// <summary>A limit on open descriptors that can be queried (getrlimit(2)).</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool DescriptorLimit { get; } = IsUnix && Has("descriptor-limit");

    /// <summary>Sockets that a child process inherits, unless their close-on-exec flag is set.</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool InheritedSockets { get; } = IsUnix && Has("inherited-sockets");

    /// <summary>Sleeps shorter than a millisecond (nanosleep(2)).</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool FineSleep { get; } = IsUnix && Has("nanosleep");

    /// <summary>A bind that fails because of a connection in TIME-WAIT, unless SO_REUSEADDR is set (socket(7)).</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool ReuseAddress { get; } = IsUnix && Has("reuse-address");

    /// <summary>
    /// SO_REUSEPORT (socket(7)) in Linux's sense: the system spreads new connections over the sockets that listen on a port. On
    /// macOS, the option only permits several sockets to have the port.
    /// </summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool ReusePort { get; } = OperatingSystem.IsLinux() && Has("reuse-port");

    /// <summary>A packet capture library: libpcap, or Npcap on Windows.</summary>
    public static bool CaptureLibrary { get; } = Has("capture-library");

    /// <summary>The permission to capture packets, as far as this process can tell before it tries.</summary>
    public static bool CaptureRight { get; } = Has("capture-right");

    /// <summary>A file that lists the services of the well-known ports (services(5)).</summary>
    public static bool ServicesFile { get; } = Has("services-file");

    /// <summary>
    /// TLS 1.3, for servers too: everywhere but on macOS and before Windows 11 (.NET documentation, TLS/SSL best practices).
    /// </summary>
    public static bool Tls13 { get; } =
        !OperatingSystem.IsMacOS() && (!OperatingSystem.IsWindows() || OperatingSystem.IsWindowsVersionAtLeast(10, 0, 20348))
        && Has("tls13");

    private static bool IsUnix => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    private static bool Has(string name)
    {
        Known.Add(name);
        return !Without.Contains(name) && !Without.Contains(All);
    }
}
