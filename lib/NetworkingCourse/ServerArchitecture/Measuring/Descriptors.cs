using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Tells how many sockets this process can open. A client and its server in one process take a file descriptor each
/// (getrlimit(2), RLIMIT_NOFILE); Windows has no such limit.
/// </summary>
public static class Descriptors
{
    // The files, pipes and event queues that a Jupyter kernel has open as well.
    private const int Reserve = 1000;
    private const int PerClient = 2;

    /// <summary>
    /// The number of descriptors that this process may have open at once; null if the system sets no limit or does not report it.
    /// </summary>
    public static long? Limit => DescriptorLimit.Now;

    /// <summary>
    /// Computes how many of the requested clients can run with their server in this process, and what limits them.
    /// </summary>
    /// <param name="wanted">The number of clients requested; at least 1.</param>
    public static Fit Clients(int wanted)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1);
        return Clients(wanted, Limit);
    }

    internal static Fit Clients(int wanted, long? limit) =>
        new(wanted, limit is { } max ? (int)Math.Clamp((max - Reserve) / PerClient, 1, wanted) : wanted, limit);
}

/// <summary>The number of clients that fit into this process, compared with the number requested.</summary>
/// <param name="Wanted">The number of clients requested.</param>
/// <param name="Clients">The number of clients that fit.</param>
/// <param name="Limit">The system's limit on descriptors; null if there is none.</param>
public sealed record Fit(int Wanted, int Clients, long? Limit) : ShownRecord
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var limit = Limit is { } max
            ? InvariantText.Format($"this process may open {max:N0} descriptors")
            : "this system sets no limit on descriptors";
        return Clients == Wanted
            ? InvariantText.Format($"All {Wanted:N0} clients fit: {limit}.")
            : InvariantText.Format($"Only {Clients:N0} of {Wanted:N0} clients fit: {limit}, ")
                + "and each client takes one for itself and one for the server. Raise the limit (ulimit -n) for more.";
    }
}
