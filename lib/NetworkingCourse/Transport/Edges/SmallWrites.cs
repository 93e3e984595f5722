using System.Diagnostics;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>
/// A request in two small writes, and its answer: with Nagle's algorithm (RFC 9293, section 3.7.4), without it, and in one write. Nagle holds the second
/// write back until the first is acknowledged; the receiver holds its acknowledgment back because an answer may come on which it could ride.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class SmallWrites : IShown
{
    private const int Answer = 1;
    private static readonly TimeSpan LinuxDelay = TimeSpan.FromMilliseconds(40);

    private SmallWrites(IReadOnlyList<Way> ways) => Ways = ways;

    /// <summary>One way of writing, and how long each request took until its answer was there.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Latencies">In the order of the requests.</param>
    public sealed record Way(string Name, IReadOnlyList<TimeSpan> Latencies)
    {
        /// <summary>The median.</summary>
        public TimeSpan Median => Latencies.Order().ElementAt(Latencies.Count / 2);
    }

    /// <summary>The three ways.</summary>
    public IReadOnlyList<Way> Ways { get; }

    /// <summary>Sends requests one after the other, in each of the three ways, on a connection each.</summary>
    /// <param name="requests">How many requests each.</param>
    public static async Task<SmallWrites> MeasureAsync(int requests = 12)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        return new SmallWrites(
        [
            new("two writes, Nagle", await RunAsync(requests, noDelay: false, SixteenClient.FirstPiece, SixteenClient.SecondPiece).ConfigureAwait(false)),
            new("two writes, NoDelay", await RunAsync(requests, noDelay: true, SixteenClient.FirstPiece, SixteenClient.SecondPiece).ConfigureAwait(false)),
            new("one write, Nagle", await RunAsync(requests, noDelay: false, SixteenClient.FirstPiece + SixteenClient.SecondPiece).ConfigureAwait(false)),
        ]);
    }

    /// <summary>One request in some writes, and its answer: what the measurement does over and over.</summary>
    /// <param name="pair">A connection; its server's end is served here too.</param>
    /// <param name="writes">What is written, one after the other.</param>
    /// <returns>How long the answer took.</returns>
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

    /// <summary>The latency of each request, by the way of writing.</summary>
    public Figure Chart() => new()
    {
        Id = "small-writes",
        Title = "A request in two small writes",
        Caption = "Each request's latency, in the order of the requests. At first the receiver acknowledges at once; when it has seen a few questions and answers it begins to wait for an answer to ride on."
            + (SystemFeatures.KnownDelayedAcknowledgment ? " The line is how long Linux holds an acknowledgment back." : ""),
        Panels =
        [
            new Panel("", new Axis("request") { Whole = true, Min = 0.5, Max = Ways.Max(way => way.Latencies.Count) + 0.5 }, new Axis("latency", "ms") { Logarithmic = true },
                [
                    .. Ways.Select((way, style) => new Series(way.Name, Role.Measured, Mark.LineAndPoints, style, [.. way.Latencies.Select((latency, i) => new Point(i + 1, latency.TotalMilliseconds))])),
                    .. SystemFeatures.KnownDelayedAcknowledgment ? [new Series("delayed acknowledgment", Role.Limit, Mark.Line, Series.Limit, [new Point(1, LinuxDelay.TotalMilliseconds), new Point(Ways[0].Latencies.Count, LinuxDelay.TotalMilliseconds)])] : (Series[])[],
                ]),
        ],
    };

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => AsTable().ToString();

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

    private Table AsTable() => new(
        ["way of writing", "requests", "shortest", "median", "longest"],
        Ways.Select(IReadOnlyList<object?> (way) => [way.Name, way.Latencies.Count, InvariantText.Of(way.Latencies.Min()), InvariantText.Of(way.Median), InvariantText.Of(way.Latencies.Max())]),
        InvariantText.Format($"In two writes the median with Nagle is {Ways[0].Median / Ways[1].Median:N0} times that without."));
}
