using System.Diagnostics;
using System.Globalization;

namespace NetworkingCourse.Host.Commands;

/// <summary>A line of a server's log, for people.</summary>
/// <param name="Timestamp">When, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Text">What happened.</param>
internal readonly record struct LogLine(long Timestamp, string Text);

/// <summary>Something that runs in the foreground until it is told to stop.</summary>
/// <param name="Server">What runs, or what everything else of it stops with.</param>
/// <param name="Description">What it is and what was set, for the line that says it is ready.</param>
/// <param name="Began">When its log began, in ticks of <see cref="Stopwatch"/>: times are shown relative to it.</param>
/// <param name="Log">Its log as it comes. It ends when the server has stopped, and not before.</param>
internal sealed record Serving(IStoppable Server, string Description, long Began, IAsyncEnumerable<LogLine> Log)
{
    /// <summary>What runs besides, and is stopped at the same time.</summary>
    public IReadOnlyList<IStoppable> Besides { get; init; } = [];

    /// <summary>Serves until it is told to stop: by Ctrl-C, by SIGTERM, or by the token.</summary>
    /// <param name="start">Starts it; called once signals are listened to.</param>
    /// <param name="quiet">Whether its log is not shown.</param>
    /// <param name="cancellation">Stops it.</param>
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
