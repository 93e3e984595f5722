using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Doctor;

/// <summary>Checks of the system: its runtime, its limits, how quiet it is, and whether packets can be captured.</summary>
internal static class SystemChecks
{
    // A server with a thousand connections in this process needs two descriptors for each, and the kernel some hundreds.
    private const long EnoughDescriptors = 1024;
    private const int Sleeps = 100;

    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(5);

    // A tenth of the think time of 50 ms with which lesson 4.9 compares the architectures.
    private static readonly TimeSpan QuietEnough = TimeSpan.FromMilliseconds(5);

    public static Finding Runtime() => Finding.Ok(
        ".NET", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription.Trim()}, "
            + RuntimeInformation.ProcessArchitecture);

    /// <summary>Whether enough sockets can be open at once.</summary>
    /// <param name="limit">The limit on descriptors; null if the system sets none.</param>
    public static Finding Descriptors(long? limit) => limit switch
    {
        null => Finding.Ok("open files and sockets", "no limit"),
        >= EnoughDescriptors => Finding.Ok("open files and sockets", Text($"up to {limit:N0} at once")),
        _ => Finding.Missing(
            "open files and sockets",
            Text($"only {limit:N0} at once"),
            Text($"Allow at least {EnoughDescriptors:N0}: ulimit -n 4096, in the terminal from which you start.")),
    };

    public static async Task<Finding> CaptureAsync()
    {
        const string check = "packet capture";
        return await Capture.UnavailableReasonAsync().ConfigureAwait(false) is { } reason
            ? Finding.Note(
                check, reason, "The lessons then read conversations with a relay, or show packets that were captured before.")
            : Finding.Ok(check, "loopback can be captured");
    }

    /// <summary>How late the system wakes a thread that sleeps, which shows how coarse its timer is and how busy it is.</summary>
    public static async Task<Finding> QuietAsync(CancellationToken cancellation)
    {
        var lateness = new List<TimeSpan>();
        for (var i = 0; i < Sleeps; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await Task.Delay(Nap, cancellation).ConfigureAwait(false);
            lateness.Add(Stopwatch.GetElapsedTime(began) - Nap);
        }

        return Quiet(lateness, Environment.ProcessorCount);
    }

    /// <summary>Judges how late sleeps have ended.</summary>
    public static Finding Quiet(IReadOnlyList<TimeSpan> lateness, int cores)
    {
        var sorted = lateness.Order().ToList();
        var (middle, late) = (sorted[sorted.Count / 2], sorted[((sorted.Count * 95) + 99) / 100 - 1]);
        var found = Text($"{cores} {(cores == 1 ? "core" : "cores")}; sleeps end {middle.TotalMilliseconds:0.0} ms late, ")
            + Text($"95 % of them within {late.TotalMilliseconds:0.0} ms");
        return late <= QuietEnough
            ? Finding.Ok("quiet enough for charts", found)
            : Finding.Note(
                "quiet enough for charts",
                found,
                "Close other programs before you measure, and plug in the charger. The lessons work, but charts will be noisy.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
