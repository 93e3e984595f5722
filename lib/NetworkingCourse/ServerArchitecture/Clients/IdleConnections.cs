using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Connections that are held open and say nothing: a server has most of its connections in this state most of the time. Each has asked
/// one question, so that whatever the server keeps for a connection is there.
/// </summary>
public sealed class IdleConnections : IAsyncDisposable
{
    // How many connect at once: fewer than the system keeps for the server to accept.
    private const int AtATime = 64;

    private readonly Client[] _clients;

    private IdleConnections(Client[] clients) => _clients = clients;

    /// <summary>How many there are.</summary>
    public int Count => _clients.Length;

    /// <summary>Opens them.</summary>
    /// <param name="target">The server. It must not end idle connections too soon: see <see cref="ServerOptions.QuestionDeadline"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellation">Ends the attempt; what has been opened is closed.</param>
    /// <exception cref="System.Net.Sockets.SocketException">A connection could not be made, or broke.</exception>
    public static async Task<IdleConnections> OpenAsync(ITarget target, int count, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(Client.DefaultDeadline);
        var clients = new Client?[count];
        try
        {
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = timer.Token }, async (i, token) =>
            {
                clients[i] = await Client.ConnectAsync(target.EndPoint, token).ConfigureAwait(false);
                _ = await clients[i]!.AskAsync("May I stay?", token).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return new IdleConnections(clients!);
        }
        catch
        {
            await CloseAsync(clients).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks on every one of them whether it is still there.</summary>
    /// <param name="cancellation">Ends the asking. Without one, the deadline is 30 seconds.</param>
    /// <returns>How many were answered.</returns>
    public async Task<int> CountAliveAsync(CancellationToken cancellation = default)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(Client.DefaultDeadline);
        var alive = await Task.WhenAll(_clients.Select(async client =>
        {
            try
            {
                return await client.AskAsync("Still there?", timer.Token).ConfigureAwait(false) == "Still there.";
            }
            catch (Exception exception) when (exception is System.Net.Sockets.SocketException or IOException or OperationCanceledException)
            {
                return false;
            }
        })).ConfigureAwait(false);
        return alive.Count(answered => answered);
    }

    /// <summary>Closes them.</summary>
    public ValueTask DisposeAsync() => CloseAsync(_clients);

    /// <inheritdoc/>
    public override string ToString() => InvariantText.Format($"{Count:N0} idle connections");

    private static async ValueTask CloseAsync(IEnumerable<Client?> clients)
    {
        foreach (var client in clients)
        {
            if (client is not null)
            {
                await client.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
