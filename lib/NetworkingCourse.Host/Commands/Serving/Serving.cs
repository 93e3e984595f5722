using System.Diagnostics;
using System.Globalization;

namespace NetworkingCourse.Host.Commands;

/// <summary>A line of a server's log, for display.</summary>
/// <param name="Timestamp">The time of the event, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Text">The event in words.</param>
internal readonly record struct LogLine(long Timestamp, string Text);

/// <summary>A server that runs in the foreground until it is told to stop.</summary>
/// <param name="Server">The server. Its log is shown, and its address is the one for clients.</param>
/// <param name="Description">The server's name and settings, for the line that says it is ready.</param>
/// <param name="Began">The start of the log, in ticks of <see cref="Stopwatch"/>. Times are shown relative to it.</param>
/// <param name="Log">The live log. It ends when the server has stopped, and not before.</param>
internal sealed record Serving(IStoppable Server, string Description, long Began, IAsyncEnumerable<LogLine> Log)
{
    /// <summary>Further servers that run beside it and stop together with it.</summary>
    public IReadOnlyList<IStoppable> Besides { get; init; } = [];

    /// <summary>Serves until stopped by Ctrl-C, by SIGTERM, or by the token.</summary>
    /// <param name="start">Starts the server. It is called after the signal handlers are registered.</param>
    /// <param name="quiet">Whether to hide the log.</param>
    /// <param name="cancellation">Stops the server.</param>
    public static async Task RunAsync(Func<Serving> start, bool quiet, CancellationToken cancellation)
    {
        using var stop = new StopSignals(cancellation);
        var serving = start();
        Console.WriteLine($"ready {serving.Server.EndPoint} ({serving.Description}; Ctrl-C stops it)");
        var showing = quiet ? Task.CompletedTask : serving.ShowAsync();
        await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(serving.Besides.Append(serving.Server).Select(server => server.StopAsync())).ConfigureAwait(false);
        await showing.ConfigureAwait(false);
    }

    private async Task ShowAsync()
    {
        await foreach (var line in Log.ConfigureAwait(false))
        {
            var time = Stopwatch.GetElapsedTime(Began, line.Timestamp);
            Console.WriteLine($"{time.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture),9}  {line.Text}");
        }
    }
}
