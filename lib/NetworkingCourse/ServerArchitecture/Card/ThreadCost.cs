using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>How many threads a server in this process needs for the connections it holds.</summary>
/// <param name="Architecture">The server's architecture.</param>
/// <param name="Connections">How many connections were open; each had asked one question.</param>
/// <param name="Threads">
/// How many threads the process had more than before; null if the server did not serve them all at once. Threads of the thread
/// pool count for whoever needs them first.
/// </param>
public sealed record ThreadCost(Architecture Architecture, int Connections, int? Threads)
{
    private const int Clients = 100;

    // A server that claims more clients at once than it serves lets the others wait for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Counts the threads before clients connect, and while they stay.</summary>
    internal static async Task<ThreadCost> MeasureAsync(Server server, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(Patience);
        var most = Math.Min(Clients, server.Architecture.AtOnce(server.Options, Clients));
        var before = Resources.OfThisProcess().Threads;
        try
        {
            await using var held = await IdleConnections.OpenAsync(server, most, timer.Token).ConfigureAwait(false);
            return new ThreadCost(server.Architecture, most, Math.Max(0, Resources.OfThisProcess().Threads - before));
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or IOException or System.Net.Sockets.SocketException
            && !cancellation.IsCancellationRequested)
        {
            return new ThreadCost(server.Architecture, most, null);
        }
    }

    /// <summary>The numbers in words.</summary>
    public override string ToString() => Threads is { } threads
        ? InvariantText.Format($"{threads} more for {Connections} clients")
        : InvariantText.Format($"it does not serve {Connections} clients at once");
}
