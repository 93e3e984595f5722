using System.Diagnostics;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>
/// Measures a request in two small writes, and its answer: with Nagle's algorithm (RFC 9293, section 3.7.4), without it, and in a
/// single write. Nagle delays the second write until the first is acknowledged; the receiver delays the acknowledgment so that it
/// can be piggybacked on an answer.
/// </summary>
public sealed class SmallWrites : Shown
{
    private const int Answer = 1;
    private static readonly TimeSpan LinuxDelay = TimeSpan.FromMilliseconds(40);

    private SmallWrites(IReadOnlyList<Way> ways) => Ways = ways;

    /// <summary>One way of writing, and the latency of each request until its answer arrived.</summary>
    /// <param name="Name">A description of the way.</param>
    /// <param name="Latencies">The latencies, in the order of the requests.</param>
    public sealed record Way(string Name, IReadOnlyList<TimeSpan> Latencies)
    {
        /// <summary>The median latency.</summary>
        public TimeSpan Median => Latencies.Order().ElementAt(Latencies.Count / 2);
    }

    /// <summary>The three ways of writing.</summary>
    public IReadOnlyList<Way> Ways { get; }

    /// <summary>Sends requests one after the other in each of the three ways, each on its own connection.</summary>
    /// <param name="requests">The number of requests for each way.</param>
    public static async Task<SmallWrites> MeasureAsync(int requests = 12)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        var (first, second) = (SixteenClient.FirstPiece, SixteenClient.SecondPiece);
        return new SmallWrites(
        [
            new("two writes, Nagle", await RunAsync(requests, noDelay: false, first, second).ConfigureAwait(false)),
            new("two writes, NoDelay", await RunAsync(requests, noDelay: true, first, second).ConfigureAwait(false)),
            new("one write, Nagle", await RunAsync(requests, noDelay: false, first + second).ConfigureAwait(false)),
        ]);
    }

    /// <summary>
    /// Sends one request in several writes, and waits for its answer. This is the step that the measurement repeats.
    /// </summary>
    /// <param name="pair">A connection, whose server end is served here too.</param>
    /// <param name="writes">The pieces to write, one after the other.</param>
    /// <returns>The time until the answer arrived.</returns>
    public static async Task<TimeSpan> AskAsync(TcpPair pair, params string[] writes)
    {
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(writes);
        var serving = ServeAsync(pair.Server, writes.Sum(write => write.Length));
        var start = Stopwatch.GetTimestamp();
        foreach (var write in writes)
        {
            await pair.Client.SendAsync(write).ConfigureAwait(false);
        }

        await pair.Client.ReceiveExactlyAsync(Answer).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(start);
        await serving.ConfigureAwait(false);
        return elapsed;
    }

    /// <summary>Plots the latency of each request for each way of writing.</summary>
    public Figure Chart() => new()
    {
        Id = "small-writes",
        Title = "A request in two small writes",
        Caption = "Each request's latency, in the order of the requests. At first the receiver acknowledges at once; "
            + "after a few questions and answers it begins to wait for an answer that can carry the acknowledgment."
            + (SystemFeatures.KnownDelayedAcknowledgment ? " The line is how long Linux delays an acknowledgment." : ""),
        Panels =
        [
            new Panel(
                "",
                new Axis("request") { Whole = true, Min = 0.5, Max = Ways.Max(way => way.Latencies.Count) + 0.5 },
                new Axis("latency", "ms") { Logarithmic = true },
                [
                    .. Ways.Select((way, style) => new Series(
                        way.Name, Role.Measured, Mark.LineAndPoints, style,
                        [.. way.Latencies.Select((latency, i) => new Point(i + 1, latency.TotalMilliseconds))])),
                    .. SystemFeatures.KnownDelayedAcknowledgment
                        ? [new Series("delayed acknowledgment", Role.Limit, Mark.Line, Series.Limit,
                            [
                                new Point(1, LinuxDelay.TotalMilliseconds),
                                new Point(Ways[0].Latencies.Count, LinuxDelay.TotalMilliseconds),
                            ])]
                        : (Series[])[],
                ]),
        ],
    };

    private static async Task<IReadOnlyList<TimeSpan>> RunAsync(int requests, bool noDelay, params string[] writes)
    {
        await using var pair = TcpPair.Create("small writes");
        await pair.ConnectAsync().ConfigureAwait(false);
        pair.Client.Socket.NoDelay = noDelay;
        var latencies = new List<TimeSpan>();
        for (var i = 0; i < requests; i++)
        {
            latencies.Add(await AskAsync(pair, writes).ConfigureAwait(false));
        }

        return latencies;
    }

    private static async Task ServeAsync(TcpEnd server, int request)
    {
        await server.ReceiveExactlyAsync(request).ConfigureAwait(false);
        await server.SendAsync(new string('.', Answer)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["writes", "requests", "shortest", "median", "longest"],
        Ways.Select(IReadOnlyList<object?> (way) =>
        [
            way.Name,
            way.Latencies.Count,
            InvariantText.Of(way.Latencies.Min()),
            InvariantText.Of(way.Median),
            InvariantText.Of(way.Latencies.Max()),
        ]),
        InvariantText.Format(
            $"For two writes, the median with Nagle is {Ways[0].Median / Ways[1].Median:N0} times that without."));
}
