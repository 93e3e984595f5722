using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>One request at four levels of abstraction, side by side.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class FourLevels : IShown
{
    private const int Times = 5;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly (string Name, string File, Func<LevelNetwork, Uri, CancellationToken, Task<LevelAnswer>> Fetch)[] Levels =
    [
        ("HttpClient", nameof(FetchWithHttpClient), FetchWithHttpClient.FetchAsync),
        ("handler", nameof(FetchWithHandler), FetchWithHandler.FetchAsync),
        ("SslStream", nameof(FetchWithTls), FetchWithTls.FetchAsync),
        ("bytes", nameof(FetchWithSocket), FetchWithSocket.FetchAsync),
    ];

    private FourLevels(IReadOnlyList<LevelRun> runs) => Runs = runs;

    /// <summary>What each brought, the highest level first.</summary>
    public IReadOnlyList<LevelRun> Runs { get; }

    /// <summary>Sends a POST without a body to an address at each of the levels, and follows where it is led. Each does it several times, and the time in the middle is shown.</summary>
    /// <param name="internet">Where the address is.</param>
    /// <param name="address">The address.</param>
    /// <exception cref="OperationCanceledException">One of them took more than 10 seconds.</exception>
    public static async Task<FourLevels> FetchAsync(LittleInternet internet, Uri address)
    {
        ArgumentNullException.ThrowIfNull(internet);
        var runs = new List<LevelRun>();
        foreach (var (name, file, fetch) in Levels)
        {
            // The first time is for what is only done once: compiling, above all. Of the others, the one in the middle stands for all.
            await MeasureAsync(fetch).ConfigureAwait(false);
            var measured = new List<(LevelAnswer Answer, LevelNetwork Network, TimeSpan Took)>();
            for (var time = 0; time < Times; time++)
            {
                measured.Add(await MeasureAsync(fetch).ConfigureAwait(false));
            }

            var (answer, network, took) = measured.OrderBy(one => one.Took).ElementAt(Times / 2);
            runs.Add(new LevelRun(name, LinesOf(file), answer, network, took));
        }

        return new FourLevels(runs);

        async Task<(LevelAnswer Answer, LevelNetwork Network, TimeSpan Took)> MeasureAsync(Func<LevelNetwork, Uri, CancellationToken, Task<LevelAnswer>> fetch)
        {
            using var timer = new CancellationTokenSource(Deadline);
            var network = new LevelNetwork(internet);
            var started = Stopwatch.GetTimestamp();
            var answer = await fetch(network, address, timer.Token).ConfigureAwait(false);
            return (answer, network, Stopwatch.GetElapsedTime(started));
        }
    }

    /// <inheritdoc/>
    public string ToHtml() => Summary().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Summary().ToString();

    // Lines with something on them, of the class and no more: what one has to write, and to keep right.
    private static int LinesOf(string file) =>
        Source.Of(file).ToString().Split('\n').SkipWhile(line => !line.StartsWith("public static class", StringComparison.Ordinal)).Select(line => line.Trim())
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
            Row("bytes received, on the wire", run => InvariantText.Format($"{run.Network.Wire.Recording.CountFrom("server"):N0}")),
            Row("time (ms)", run => InvariantText.Format($"{run.Took.TotalMilliseconds:F1}")),
        ]);
    }
}

/// <summary>One level's run.</summary>
/// <param name="Name">What the level is called.</param>
/// <param name="Lines">How many lines of code it has, braces and comments not counted.</param>
/// <param name="Answer">What it brought.</param>
/// <param name="Network">What passed below it.</param>
/// <param name="Took">How long it took: the median of several times.</param>
public sealed record LevelRun(string Name, int Lines, LevelAnswer Answer, LevelNetwork Network, TimeSpan Took)
{
    /// <summary>The requests as they were sent, in order.</summary>
    public IReadOnlyList<HttpMessage> Sent { get; } = Read(Network);

    /// <summary>How many requests were sent.</summary>
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
