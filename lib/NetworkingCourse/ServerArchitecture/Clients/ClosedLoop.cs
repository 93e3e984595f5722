using System.Diagnostics;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A closed loop of clients: each asks again as soon as it has been answered. It measures how many questions a server answers,
/// and how long each answer takes. When the server is slow, such clients ask less often, so their latencies do not show the
/// delay of the requests that would otherwise have arrived in the meantime.
/// </summary>
public static class ClosedLoop
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Asks questions for a given time over a number of connections, which all stay open.</summary>
    /// <param name="target">The server.</param>
    /// <param name="connections">The number of connections; each carries one question at a time.</param>
    /// <param name="duration">How long to go on asking; zero asks one question on each connection.</param>
    /// <param name="question">The question to ask.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="System.Net.Sockets.SocketException">A connection was lost.</exception>
    /// <exception cref="TimeoutException">An answer was still missing 30 seconds after the end.</exception>
    public static async Task<ClosedLoopRun> RunAsync(
        ITarget target,
        int connections,
        TimeSpan duration,
        string question = "Is it my turn?",
        CancellationToken cancellation = default)
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
            var latencies = await Task
                .WhenAll(clients.Select(client => Task.Run(() => AskAsync(client, bytes, began, duration, timer.Token))))
                .ConfigureAwait(false);
            return new ClosedLoopRun(
                target,
                connections,
                Stopwatch.GetElapsedTime(began),
                new Latencies(latencies.SelectMany(times => times)));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(InvariantText.Format(
                $"{target.Architecture.Name}: an answer took longer than {Grace.TotalSeconds} s."));
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<List<TimeSpan>> AskAsync(
        Client client, byte[] question, long began, TimeSpan duration, CancellationToken cancellation)
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
