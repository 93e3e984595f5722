using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// How many sockets fit into this process. A client and its server in one process take a descriptor each (getrlimit(2),
/// RLIMIT_NOFILE); Windows has no such limit.
/// </summary>
public static partial class Descriptors
{
    // Files, pipes and event queues that a kernel has open besides.
    private const int Reserve = 1000;
    private const int PerClient = 2;

    /// <summary>How many descriptors this process may have open at once; null where the system sets no limit or does not tell.</summary>
    public static long? Limit
    {
        get
        {
            if (!SystemFeatures.DescriptorLimit)
            {
                return null;
            }

            // The number of the resource is the one thing in which these systems differ.
            var resource = OperatingSystem.IsLinux() ? 7 : 8;
            return GetResourceLimit(resource, out var limit) == 0 && limit.Current < long.MaxValue ? (long)limit.Current : null;
        }
    }

    /// <summary>How many of the clients wanted can run here with their server in the same process, and why not more.</summary>
    /// <param name="wanted">How many are wanted; at least 1.</param>
    public static Fit Clients(int wanted)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1);
        return Clients(wanted, Limit);
    }

    internal static Fit Clients(int wanted, long? limit) =>
        new(wanted, limit is { } most ? (int)Math.Clamp((most - Reserve) / PerClient, 1, wanted) : wanted, limit);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetResourceLimit(int resource, out ResourceLimit limit);

    private struct ResourceLimit
    {
        public nuint Current;
        public nuint Maximum;
    }
}

/// <summary>How many clients were wanted and how many there is room for.</summary>
/// <param name="Wanted">How many were wanted.</param>
/// <param name="Clients">How many fit.</param>
/// <param name="Limit">The system's limit on descriptors; null if there is none.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record Fit(int Wanted, int Clients, long? Limit) : IShown
{
    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <inheritdoc/>
    public override string ToString()
    {
        var limit = Limit is { } most ? InvariantText.Format($"this process may open {most:N0} descriptors") : "this system sets no limit on descriptors";
        return Clients == Wanted
            ? InvariantText.Format($"All {Wanted:N0} clients fit: {limit}.")
            : InvariantText.Format($"Only {Clients:N0} of {Wanted:N0} clients fit: {limit}, and each client takes one here and one at the server. Raise the limit (ulimit -n) for more.");
    }
}
