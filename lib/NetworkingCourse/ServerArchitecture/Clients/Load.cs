using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Many clients at once. They are asynchronous, so that a thousand of them cost the machine little and none waits for a thread:
/// what is measured is the server.
/// </summary>
public static class Load
{
    // How many clients connect at a time.
    private const int Wave = 256;

    // Added to what theory predicts, before a run gives up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    // How long the server's log may take to show that the clients have closed.
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// N clients arrive together; each connects, asks its questions one after the other (a closed loop: the next when the answer to
    /// the last has come), and closes.
    /// </summary>
    /// <param name="server">The server to ask.</param>
    /// <param name="clients">How many clients.</param>
    /// <param name="questions">How many questions each of them asks.</param>
    /// <param name="connectFirst">
    /// True: all connect, and once the last handshake is done all ask in the same instant, from which time is counted. That is what
    /// theory means by arriving together. False: each starts, connects and asks on its own, as fast as one thread can start them.
    /// </param>
    /// <param name="deadline">When to give up on those without an answer; by default 30 seconds after the predicted end.</param>
    /// <param name="cancellation">Ends the run early; the clients that have no answer then have failed.</param>
    /// <returns>What each client lived through, with what theory predicts.</returns>
    public static async Task<Run> ClosedLoopAsync(
        Server server, int clients = 3, int questions = 1, bool connectFirst = false, TimeSpan? deadline = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(questions, 1);
        var prediction = Prediction.For(server.Architecture, server.Options, clients, questions);
        var firstEvent = server.Log.Written;
        var limit = deadline ?? prediction.Makespan * (prediction.IsBound ? 4 : 2) + Grace;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);

        using var quiet = QuietCollector.For(clients);
        var (began, recordsOf) = connectFirst
            ? await TogetherAsync(server, clients, questions, firstEvent, timer.Token).ConfigureAwait(false)
            : await OneAfterTheOtherAsync(server, clients, questions, timer.Token).ConfigureAwait(false);
        var records = recordsOf(cancellation.IsCancellationRequested ? "the run was cancelled" : InvariantText.Format($"no answer within {limit.TotalSeconds:0.###} s"));
        var events = await EventsOfAsync(server.Log, firstEvent, records, cancellation).ConfigureAwait(false);
        return new Run(server, questions, began, records, prediction, events);
    }

    private static async Task<(long Began, Func<string, ClientRecord[]> RecordsOf)> TogetherAsync(Server server, int clients, int questions, long firstEvent, CancellationToken cancellation)
    {
        var burst = new ClientBurst(server, clients, questions);
        await burst.ConverseAsync(firstEvent, cancellation).ConfigureAwait(false);
        return (burst.Began, burst.Records);
    }

    private static async Task<(long Began, Func<string, ClientRecord[]> RecordsOf)> OneAfterTheOtherAsync(Server server, int clients, int questions, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var all = Enumerable.Range(1, clients).Select(number => new LoadClient(server.EndPoint, number, questions, began)).ToArray();
        // On threads of the pool, whatever context the caller has.
        await Task.Run(() => ConverseAsync(all, cancellation), CancellationToken.None).ConfigureAwait(false);
        return (began, late => [.. all.Select(client => client.Record(late))]);
    }

    // In waves: those of the next connect once those of the last have. All at once they would wait for each other's handshakes, and what is
    // measured would be the burst in front of the door.
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

    // The clients have closed; the server learns of it a moment later, and a run's events should hold its conversations' ends.
    private static async Task<IReadOnlyList<ServerEvent>> EventsOfAsync(
        ServerLog log, long first, IReadOnlyList<ClientRecord> records, CancellationToken cancellation)
    {
        var ports = records.Where(record => record.Port != 0).Select(record => record.Port).ToHashSet();
        var open = records.Where(record => record.Latency is not null).Select(record => record.Port).ToHashSet();
        if (open.Count == 0)
        {
            // Nobody was answered: there is no ordinary end to be waited for.
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
            // What the log shows by now is what there is.
        }

        return events;
    }
}
