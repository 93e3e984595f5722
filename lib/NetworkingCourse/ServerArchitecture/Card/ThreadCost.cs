using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>How many threads a server in this process needs, with the connections it holds.</summary>
/// <param name="Architecture">The server's architecture.</param>
/// <param name="Connections">How many connections were open; each had asked one question.</param>
/// <param name="Threads">
/// How many threads the process had more than without the server; null if the server did not serve them all at once. Threads of
/// the thread pool were there before.
/// </param>
public sealed record ThreadCost(Architecture Architecture, int Connections, int? Threads)
{
    private const int Clients = 100;

    // A server that claims more clients at once than it serves lets the others wait for ever.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Counts the threads before a server is started, and while its clients stay.</summary>
    internal static async Task<ThreadCost> MeasureAsync(Architecture architecture, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(Timeout);
        var options = new ServerOptions { Name = $"{architecture.Name}, for its threads" };
        var max = Math.Min(Clients, architecture.AtOnce(options, Clients));
        var before = Resources.OfThisProcess().Threads;
        var server = architecture.Start(options);
        try
        {
            await using var held = await IdleConnections.OpenAsync(server, max, timer.Token).ConfigureAwait(false);
            return new ThreadCost(architecture, max, Math.Max(0, Resources.OfThisProcess().Threads - before));
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or IOException or System.Net.Sockets.SocketException
            && !cancellation.IsCancellationRequested)
        {
            return new ThreadCost(architecture, max, null);
        }
        finally
        {
            await server.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        }
    }

    /// <summary>The numbers in words.</summary>
    public override string ToString() => Threads is { } threads
        ? InvariantText.Format($"{threads} with {Connections} clients")
        : InvariantText.Format($"it does not serve {Connections} clients at once");
}
