using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Runs many clients at once. They are asynchronous, so that a thousand of them cost the machine little and none waits for a
/// thread: the measurement shows the server, not the clients.
/// </summary>
public static class Load
{
    // How many clients connect at a time.
    private const int Wave = 256;

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
    /// measured. That is what theory means by arriving together. False: each client starts, connects and asks independently, as
    /// fast as one thread can start them.
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
        var (began, recordsOf) = connectFirst
            ? await TogetherAsync(server, clients, questions, firstEvent, timer.Token).ConfigureAwait(false)
            : await OneAfterTheOtherAsync(server, clients, questions, timer.Token).ConfigureAwait(false);
        var records = recordsOf(cancellation.IsCancellationRequested
            ? "the run was cancelled"
            : InvariantText.Format($"no answer within {limit.TotalSeconds:0.###} s"));
        var events = server.LogsConversations
            ? await EventsOfAsync(server.Log, firstEvent, records, cancellation).ConfigureAwait(false)
            : [];
        return new Run(server, questions, began, records, prediction, events);
    }

    private static async Task<(long Began, Func<string, ClientRecord[]> RecordsOf)> TogetherAsync(
        Server server, int clients, int questions, long firstEvent, CancellationToken cancellation)
    {
        var burst = new ClientBurst(server, clients, questions);
        await burst.ConverseAsync(firstEvent, cancellation).ConfigureAwait(false);
        return (burst.Began, burst.Records);
    }

    private static async Task<(long Began, Func<string, ClientRecord[]> RecordsOf)> OneAfterTheOtherAsync(
        Server server, int clients, int questions, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var all = Enumerable.Range(1, clients)
            .Select(number => new LoadClient(server.EndPoint, number, questions, began))
            .ToArray();
        // On the thread pool, whatever synchronization context the caller has.
        await Task.Run(() => ConverseAsync(all, cancellation), CancellationToken.None).ConfigureAwait(false);
        return (began, late => [.. all.Select(client => client.Record(late))]);
    }

    // In waves: each wave connects once the previous one has. If all connected at once, they would wait for each other's
    // handshakes, and the measurement would show the burst of connection attempts instead of the server.
    private static async Task ConverseAsync(LoadClient[] all, CancellationToken cancellation)
    {
        var conversations = new List<Task>(all.Length);
        foreach (var wave in all.Chunk(Wave))
        {
            var connected = wave.Select(client => client.ConnectAsync(cancellation)).ToArray();
            conversations.AddRange(wave.Zip(connected, (client, done) => client.ConverseAsync(done, cancellation)));
            await Task.WhenAll(connected).ConfigureAwait(false);
        }

        await Task.WhenAll(conversations).ConfigureAwait(false);
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
