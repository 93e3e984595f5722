using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A set of open connections that send nothing: most of a server's connections are in this state most of the time. Each has
/// asked one question, so that the server has allocated everything that it keeps for a connection.
/// </summary>
public sealed class IdleConnections : IAsyncDisposable
{
    // How many connect at once: fewer than the accept queue holds.
    private const int AtATime = 64;

    private readonly Client[] _clients;

    private IdleConnections(Client[] clients) => _clients = clients;

    /// <summary>The number of connections.</summary>
    public int Count => _clients.Length;

    /// <summary>Opens a number of idle connections.</summary>
    /// <param name="target">
    /// The server. It must not close idle connections too soon: see <see cref="ServerOptions.QuestionDeadline"/>.
    /// </param>
    /// <param name="count">The number of connections.</param>
    /// <param name="cancellation">Cancels the attempt and closes the connections opened so far.</param>
    /// <exception cref="System.Net.Sockets.SocketException">A connection could not be established, or was lost.</exception>
    public static async Task<IdleConnections> OpenAsync(ITarget target, int count, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(Client.DefaultDeadline);
        var clients = new Client?[count];
        try
        {
            await Parallel.ForAsync(
                0,
                count,
                new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = timer.Token },
                async (i, token) =>
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

    /// <summary>Asks a question on every connection, to see whether it is still open.</summary>
    /// <param name="cancellation">Ends the check early. The deadline is 30 seconds in any case.</param>
    /// <returns>The number of connections that received the right answer.</returns>
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
            catch (Exception exception)
                when (exception is System.Net.Sockets.SocketException or IOException or OperationCanceledException)
            {
                return false;
            }
        })).ConfigureAwait(false);
        return alive.Count(answered => answered);
    }

    /// <summary>Closes the connections.</summary>
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
