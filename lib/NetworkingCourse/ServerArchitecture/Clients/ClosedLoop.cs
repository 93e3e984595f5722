using System.Diagnostics;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Clients that ask again as soon as they have been answered, for a while: how many questions a server answers, and how long each took.
/// Where a server is slow, such clients ask less: what it does to those who would have asked meanwhile is not in their latencies.
/// </summary>
public static class ClosedLoop
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Asks for a while on a number of connections, each of which stays open.</summary>
    /// <param name="target">The server.</param>
    /// <param name="connections">How many connections, one question at a time on each.</param>
    /// <param name="duration">For how long new questions are asked; zero for one question on each connection.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="System.Net.Sockets.SocketException">A connection broke.</exception>
    /// <exception cref="TimeoutException">An answer took longer than 30 seconds beyond the end.</exception>
    public static async Task<ClosedLoopRun> RunAsync(
        ITarget target, int connections, TimeSpan duration, string question = "Is it my turn?", CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(connections, 1);
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(duration + Grace);
        var bytes = Encoding.ASCII.GetBytes(question);
        var clients = new List<Client>(connections);
        try
        {
            for (var i = 0; i < connections; i++)
            {
                clients.Add(await Client.ConnectAsync(target.EndPoint, timer.Token).ConfigureAwait(false));
            }

            var began = Stopwatch.GetTimestamp();
            var latencies = await Task.WhenAll(clients.Select(client => Task.Run(() => AskAsync(client, bytes, began, duration, timer.Token)))).ConfigureAwait(false);
            return new ClosedLoopRun(target, connections, Stopwatch.GetElapsedTime(began), new Latencies(latencies.SelectMany(times => times)));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(InvariantText.Format($"{target.Architecture.Name}: an answer took longer than {Grace.TotalSeconds} s."));
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<List<TimeSpan>> AskAsync(Client client, byte[] question, long began, TimeSpan duration, CancellationToken cancellation)
    {
        var latencies = new List<TimeSpan>();
        do
        {
            var asked = Stopwatch.GetTimestamp();
            await client.SendAsync(question, cancellation).ConfigureAwait(false);
            _ = await client.ReceiveAnswerAsync(cancellation).ConfigureAwait(false);
            latencies.Add(Stopwatch.GetElapsedTime(asked));
        }
        while (Stopwatch.GetElapsedTime(began) < duration);

        return latencies;
    }
}
