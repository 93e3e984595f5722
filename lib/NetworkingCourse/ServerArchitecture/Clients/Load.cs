using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Runs many clients at once, on Linux on one thread, so that a thousand of them cost the machine little: the measurement shows
/// the server, not the clients.
/// </summary>
public static class Load
{
    // Added to a multiple of the predicted makespan; a run that takes longer gives up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    // How long the server's log may take to show that the clients have closed.
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Runs N clients that arrive together. Each connects, asks its questions one after the other (a closed loop: it asks the
    /// next when the previous answer has arrived), and closes.
    /// </summary>
    /// <param name="server">The server to ask.</param>
    /// <param name="clients">The number of clients.</param>
    /// <param name="questions">How many questions each client asks.</param>
    /// <param name="connectFirst">
    /// True: all clients connect, and once the last handshake is complete, all ask at the same instant, from which time is
    /// measured. That is what theory means by arriving together. False: each client asks as soon as it is connected; they start
    /// as fast as one thread can start them.
    /// </param>
    /// <param name="deadline">
    /// How long to wait for clients without an answer; by default 30 seconds plus twice the predicted makespan, or four
    /// times if the prediction is only a bound.
    /// </param>
    /// <param name="cancellation">Ends the run early; clients that have no answer by then count as failed.</param>
    /// <returns>The record of each client, with the predictions of theory.</returns>
    public static async Task<Run> ClosedLoopAsync(
        Server server,
        int clients = 3,
        int questions = 1,
        bool connectFirst = false,
        TimeSpan? deadline = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(questions, 1);
        var prediction = Prediction.For(server.Architecture, server.Options, clients, questions);
        var firstEvent = server.Log.Written;
        var limit = deadline ?? prediction.Makespan * (prediction.IsBound ? 4 : 2) + Grace;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);

        using var paused = PausedGarbageCollection.For(clients);
        var all = new LoadClients(server, clients, questions, connectFirst);
        await all.ConverseAsync(timer.Token).ConfigureAwait(false);
        var records = all.Records(cancellation.IsCancellationRequested
            ? "the run was cancelled"
            : InvariantText.Format($"no answer within {limit.TotalSeconds:0.###} s"));
        var events = server.LogsConversations
            ? await EventsOfAsync(server.Log, firstEvent, records, cancellation).ConfigureAwait(false)
            : [];
        return new Run(server, questions, all.Began, records, prediction, events);
    }

    // The clients have closed, but the server learns of it a moment later, and a run's events should
    // include the end of each conversation.
    private static async Task<IReadOnlyList<ServerEvent>> EventsOfAsync(
        ServerLog log, long first, IReadOnlyList<ClientRecord> records, CancellationToken cancellation)
    {
        var ports = records.Where(record => record.Port != 0).Select(record => record.Port).ToHashSet();
        var open = records.Where(record => record.Latency is not null).Select(record => record.Port).ToHashSet();
        if (open.Count == 0)
        {
            // No client was answered, so there is no regular end to wait for.
            return [.. log.Since(first).Events.Where(entry => ports.Contains(entry.ClientPort))];
        }

        var events = new List<ServerEvent>();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(LogPatience);
        try
        {
            await foreach (var entry in log.FollowAsync(first, timer.Token).ConfigureAwait(false))
            {
                if (ports.Contains(entry.ClientPort))
                {
                    events.Add(entry);
                    if (entry.EndsConversation && open.Remove(entry.ClientPort) && open.Count == 0)
                    {
                        break;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Return the events logged so far.
        }

        return events;
    }
}
