using System.Diagnostics;
using System.Net;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Asks a server as fast as it answers, over a fixed number of connections: a closed loop, in which each connection sends its next
/// question when the answer to the last has come. Made to cost as little as possible, because it shares the machine with the server:
/// on Linux one thread with an event loop of its own, elsewhere the asynchronous calls of .NET. Every answer is checked.
/// </summary>
public static class LoadGenerator
{
    /// <summary>Asks on a thread of its own.</summary>
    /// <param name="server">Where the server listens; a loopback address.</param>
    /// <param name="connections">How many connections ask.</param>
    /// <param name="measured">How long it counts; 1 second unless told otherwise, after a warm-up of 100 ms.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value makes no sense.</exception>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    public static Task<GeneratedLoad> RunAsync(IPEndPoint server, int connections = 1, TimeSpan? measured = null)
    {
        var options = new GeneratorOptions { Connections = connections, Measured = measured ?? TimeSpan.FromSeconds(1) };
        using (Detached.Begin())
        {
            return Task.Factory.StartNew(() => Run(server, options), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Asks on the calling thread.</summary>
    /// <param name="server">Where the server listens; a loopback address.</param>
    /// <param name="options">What to do.</param>
    /// <returns>What came of it. Connections that fail are in it, and not thrown.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value makes no sense.</exception>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    public static GeneratedLoad Run(IPEndPoint server, GeneratorOptions options) => Run(server, options, SystemFeatures.Epoll);

    internal static GeneratedLoad Run(IPEndPoint server, GeneratorOptions options, bool epoll)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (!IPAddress.IsLoopback(server.Address))
        {
            throw new ArgumentException($"{server} is not on loopback. The course's clients talk to this machine only.", nameof(server));
        }

        var clients = Enumerable.Range(1, options.Connections).Select(number => new LoadConnection(number)).ToArray();
        using ILoadConnections connections = epoll && SystemFeatures.Epoll ? new EpollConnections(clients) : new AwaitedConnections(clients);
        var active = options.Connections - options.Idle;
        var measurement = new Measurement(options.Measured);

        connections.Connect(server, After(options.Timeout));
        // Who has an answer has been accepted, and not only been put into the accept queue: from here on all really are connected.
        connections.Ask(0, options.Connections, measurement.AnsweredOnce, After(options.Timeout));
        var answered = clients.Count(client => client.IsReady);
        options.Connected?.Invoke();

        measurement.Begin(options.WarmUp);
        connections.Ask(0, active, measurement.Answered, After(options.WarmUp + options.Measured + options.Timeout));
        if (options.Idle > 0)
        {
            connections.Ask(active, options.Idle, measurement.AnsweredOnce, After(options.Timeout));
        }

        return new GeneratedLoad(
            options.Connections, answered, clients.Count(client => client.IsReady), measurement.Answers, measurement.AllAnswers, options.Measured,
            measurement.CpuShare, measurement.Latencies,
            clients.Where(connection => connection.Failure is not null).GroupBy(connection => connection.Failure!).ToDictionary(reason => reason.Key, reason => reason.Count()));
    }

    private static long After(TimeSpan time) => Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
}
