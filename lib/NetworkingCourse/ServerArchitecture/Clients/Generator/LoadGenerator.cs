using System.Diagnostics;
using System.Net;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Asks a server questions as fast as it answers, over a fixed number of connections. This is a closed loop: each
/// connection sends its next question when the previous answer has arrived. The generator shares the machine with the
/// server, so it costs as little as possible: on Linux one thread with its own event loop, elsewhere the asynchronous
/// calls of .NET. It checks every answer.
/// </summary>
public static class LoadGenerator
{
    /// <summary>Runs the load generator on a dedicated thread.</summary>
    /// <param name="server">The endpoint that the server listens on; a loopback address.</param>
    /// <param name="connections">The number of connections.</param>
    /// <param name="measured">How long to measure, after a warm-up of 100 ms; 1 second by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    public static Task<GeneratedLoad> RunAsync(IPEndPoint server, int connections = 1, TimeSpan? measured = null) => RunAsync(
        server, new GeneratorOptions { Connections = connections, Measured = measured ?? TimeSpan.FromSeconds(1) });

    /// <inheritdoc cref="Run(IPEndPoint, GeneratorOptions)"/>
    /// <remarks>It runs on a thread of its own.</remarks>
    public static Task<GeneratedLoad> RunAsync(IPEndPoint server, GeneratorOptions options)
    {
        using (Detached.Begin())
        {
            return Task.Factory.StartNew(
                () => Run(server, options),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
    }

    /// <summary>Runs the load generator on the calling thread.</summary>
    /// <param name="server">The endpoint that the server listens on; a loopback address.</param>
    /// <param name="options">The settings.</param>
    /// <returns>The result. It reports connections that failed; they do not cause an exception.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    public static GeneratedLoad Run(IPEndPoint server, GeneratorOptions options) => Run(server, options, SystemFeatures.Epoll);

    internal static GeneratedLoad Run(IPEndPoint server, GeneratorOptions options, bool epoll)
    {
        Loopback.Require(server);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();

        var clients = Enumerable.Range(1, options.Connections).Select(number => new LoadConnection(number)).ToArray();
        using ILoadConnections connections = epoll && SystemFeatures.Epoll
            ? new EpollConnections(clients)
            : new AwaitedConnections(clients);
        var active = options.Connections - options.Idle;
        var measurement = new Measurement(options.Measured);

        connections.Connect(server, answered: null, After(options.Timeout));
        // A connection that has an answer has been accepted, not just placed in the accept queue:
        // from here on all are truly connected.
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
            options.Connections,
            answered,
            clients.Count(client => client.IsReady),
            measurement.Answers,
            measurement.AllAnswers,
            options.Measured,
            measurement.CpuShare,
            measurement.Latencies,
            clients.Where(connection => connection.Failure is not null)
                .GroupBy(connection => connection.Failure!)
                .ToDictionary(reason => reason.Key, reason => reason.Count()));
    }

    private static long After(TimeSpan time) => Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
}
