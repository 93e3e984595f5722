using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>One request at four levels of abstraction, side by side.</summary>
public sealed class FourLevels : Shown
{
    private const int Times = 5;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly
        (string Name, string File, Func<LevelNetwork, Uri, CancellationToken, Task<LevelAnswer>> Fetch)[] Levels =
    [
        ("HttpClient", nameof(FetchWithHttpClient), FetchWithHttpClient.FetchAsync),
        ("handler", nameof(FetchWithHandler), FetchWithHandler.FetchAsync),
        ("SslStream", nameof(FetchWithTls), FetchWithTls.FetchAsync),
        ("bytes", nameof(FetchWithSocket), FetchWithSocket.FetchAsync),
    ];

    private FourLevels(IReadOnlyList<LevelRun> runs) => Runs = runs;

    /// <summary>The results, beginning with the highest level.</summary>
    public IReadOnlyList<LevelRun> Runs { get; }

    /// <summary>
    /// Sends a POST without a body to an address at each of the levels, and follows redirects. Each level does it several
    /// times; the run with the median time is shown.
    /// </summary>
    /// <param name="internet">The internet that has the address.</param>
    /// <param name="address">The address.</param>
    /// <exception cref="OperationCanceledException">A request took more than 10 seconds.</exception>
    public static async Task<FourLevels> FetchAsync(LittleInternet internet, Uri address)
    {
        ArgumentNullException.ThrowIfNull(internet);
        var runs = new List<LevelRun>();
        foreach (var (name, file, fetch) in Levels)
        {
            // The first run pays for what happens only once, above all compilation, and is not counted.
            await MeasureAsync(fetch).ConfigureAwait(false);
            var measured = new List<(LevelAnswer Answer, LevelNetwork Network, TimeSpan Duration)>();
            for (var time = 0; time < Times; time++)
            {
                measured.Add(await MeasureAsync(fetch).ConfigureAwait(false));
            }

            var (answer, network, took) = measured.OrderBy(one => one.Duration).ElementAt(Times / 2);
            runs.Add(new LevelRun(name, LinesOf(file), answer, network, took));
        }

        return new FourLevels(runs);

        async Task<(LevelAnswer Answer, LevelNetwork Network, TimeSpan Duration)> MeasureAsync(
            Func<LevelNetwork, Uri, CancellationToken, Task<LevelAnswer>> fetch)
        {
            using var timer = new CancellationTokenSource(Deadline);
            var network = new LevelNetwork(internet);
            var started = Stopwatch.GetTimestamp();
            var answer = await fetch(network, address, timer.Token).ConfigureAwait(false);
            return (answer, network, Stopwatch.GetElapsedTime(started));
        }
    }

    /// <inheritdoc/>
    protected override IShown ShownAs => Summary();

    // Counts the lines of code of the class itself, which a programmer has to write and maintain: no blank lines, braces or
    // comments.
    private static int LinesOf(string file) =>
        Source.Of(file).ToString()
            .Split('\n')
            .SkipWhile(line => !line.StartsWith("public static class", StringComparison.Ordinal))
            .Select(line => line.Trim())
            .Count(line => line.Length > 0 && line is not ("{" or "}") && !line.StartsWith("//", StringComparison.Ordinal));

    private Table Summary()
    {
        IReadOnlyList<object?> Row(string what, Func<LevelRun, object?> value) => [what, .. Runs.Select(value)];
        return new Table(["", .. Runs.Select(run => run.Name)],
        [
            Row("lines of code", run => run.Lines),
            Row("last request", run => $"{run.Answer.Method} {run.Answer.Address}"),
            Row("status", run => run.Answer.Status),
            Row("redirects followed", run => run.Requests - 1),
            Row("connections opened", run => run.Network.Wire.Recording.Connections),
            Row("fields in the last request", run => run.LastFields),
            Row("bytes sent, above TLS", run => InvariantText.Format($"{run.Network.Clear.Recording.CountFrom("client"):N0}")),
            Row("bytes sent, on the wire", run => InvariantText.Format($"{run.Network.Wire.Recording.CountFrom("client"):N0}")),
            Row(
                "bytes received, on the wire",
                run => InvariantText.Format($"{run.Network.Wire.Recording.CountFrom("server"):N0}")),
            Row("time (ms)", run => InvariantText.Format($"{run.Duration.TotalMilliseconds:F1}")),
        ]);
    }
}

/// <summary>The run of one level.</summary>
/// <param name="Name">The level's name.</param>
/// <param name="Lines">Its number of lines of code, not counting braces and comments.</param>
/// <param name="Answer">The result.</param>
/// <param name="Network">The network that it used, with the recorded traffic.</param>
/// <param name="Duration">The time it took: the median of several runs.</param>
public sealed record LevelRun(string Name, int Lines, LevelAnswer Answer, LevelNetwork Network, TimeSpan Duration)
{
    /// <summary>The requests as they were sent, in order.</summary>
    public IReadOnlyList<HttpMessage> Sent { get; } = Read(Network);

    /// <summary>The number of requests sent.</summary>
    public int Requests => Sent.Count;

    /// <summary>The names of the fields in the last request.</summary>
    public string LastFields => string.Join(", ", Sent[^1].Fields.Select(one => one.Name));

    private static List<HttpMessage> Read(LevelNetwork network)
    {
        var requests = new List<HttpMessage>();
        for (var connection = 1; connection <= network.Clear.Recording.Connections; connection++)
        {
            var bytes = network.Clear.Recording.BytesFrom("client", connection).AsSpan();
            while (bytes.Length > 0)
            {
                var reader = HttpMessageReader.OfRequest();
                bytes = bytes[reader.Read(bytes)..];
                if (reader.Message is { } request)
                {
                    requests.Add(request);
                }
            }
        }

        return requests;
    }
}
