using System.Collections.Concurrent;
using System.Net.Sockets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Testing;

/// <summary>Whether this machine has what a test needs. Each need is looked up once.</summary>
public static class Needs
{
    /// <summary>
    /// Set to 1 where every helper is expected, as in the second pass of continuous integration: a test whose helper is missing
    /// then fails instead of being skipped.
    /// </summary>
    public const string AllHelpersVariable = "COURSE_ALL_HELPERS";

    private static readonly ConcurrentDictionary<Need, Lazy<string?>> Found = new();

    /// <summary>The needs that depend on the system itself. Installing something does not help.</summary>
    private static readonly HashSet<Need> OfTheSystem =
    [
        Need.Linux,
        Need.Signals,
        Need.NotMacOS,
        Need.IPv6,
        Need.LoopbackBroadcast,
        Need.WholeLoopbackNetwork,
        Need.ServicesFile,
    ];

    /// <summary>The needs that are programs or rights, which can be installed or granted.</summary>
    public static IEnumerable<Need> Helpers => Enum.GetValues<Need>().Except(OfTheSystem);

    /// <summary>Why a need is not met here; null if it is.</summary>
    public static string? WhyNot(Need need) => Found.GetOrAdd(need, static need => new Lazy<string?>(() => Ask(need))).Value;

    /// <summary>Why a test is skipped here; null if it runs.</summary>
    internal static string? WhySkipped(IEnumerable<Need> needs) =>
        needs
            .Where(need => OfTheSystem.Contains(need) || !AllHelpersAreExpected)
            .Select(WhyNot)
            .FirstOrDefault(reason => reason is not null);

    /// <summary>Whether every helper is expected to be there.</summary>
    public static bool AllHelpersAreExpected => Environment.GetEnvironmentVariable(AllHelpersVariable) == "1";

    private static string? Ask(Need need) => need switch
    {
        Need.Linux => OperatingSystem.IsLinux() ? null : "Only Linux has this, or tells of it.",
        Need.Signals => OperatingSystem.IsWindows() ? "Windows has no signals between processes." : null,
        Need.NotMacOS => OperatingSystem.IsMacOS() ? "macOS sends a FIN first." : null,
        Need.IPv6 => Socket.OSSupportsIPv6 ? null : "This system has no IPv6.",
        Need.LoopbackBroadcast => LoopbackBroadcast.UnavailableReason(),
        Need.WholeLoopbackNetwork => OperatingSystem.IsMacOS() ? "macOS has only 127.0.0.1 on its loopback interface." : null,
        Need.ServicesFile => File.Exists("/etc/services") ? null : "This system has no /etc/services.",
        Need.Capture => Task.Run(Capture.UnavailableReasonAsync).GetAwaiter().GetResult(),
        Need.RightsToGiveUp => !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess
            ? "This user is not Linux's root, and has no rights to give up."
            : Programs.WhyNot("setpriv"),
        Need.OwnNetwork => OwnNetwork.WhyNot(),
        Need.RuntimePackages => RuntimePackages.WhyNot(),
        Need.Chromium => Programs.WhyNot("chromium"),
        Need.Curl => Programs.WhyNot("curl"),
        Need.Dig => Programs.WhyNot("dig"),
        Need.Named => Programs.WhyNot("named"),
        Need.Tshark => Programs.WhyNot("tshark"),
        Need.Bubblewrap => Programs.WhyNot("bwrap"),
        Need.Python => Programs.WhyNot("python3"),
        Need.Nbformat => PythonPackages.WhyNot(PythonPackages.Nbformat),
        Need.Jupyter => PythonPackages.WhyNot(PythonPackages.Jupyter),
        Need.ClassicNotebook => PythonPackages.WhyNot(PythonPackages.ClassicNotebook),
        Need.DotnetInteractive => DotnetInteractive.WhyNot(),
        _ => throw new ArgumentOutOfRangeException(nameof(need), need, null),
    };
}
