using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>
/// Ways by which two threads can talk, measured side by side: round trips, and throughput, by the length of a message. Each way has a short turn in
/// every round, so that whatever else the machine does hits all alike.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class PathComparison : IShown
{
    private static readonly int[] DefaultLengths = [16, 1024, 8192, 65_536];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private PathComparison(IReadOnlyList<Cell> cells) => Cells = cells;

    /// <summary>What was measured of one way, with messages of one length.</summary>
    /// <param name="Path">The way.</param>
    /// <param name="Length">How long a message is, in bytes.</param>
    /// <param name="RoundTrips">How long it took until a message had come back, in microseconds, from the shortest to the longest.</param>
    /// <param name="MessagesPerSecond">How many messages a second went one way.</param>
    public sealed record Cell(string Path, int Length, IReadOnlyList<double> RoundTrips, double MessagesPerSecond)
    {
        /// <summary>What a share of the round trips did not exceed, in microseconds: the nearest rank.</summary>
        /// <param name="share">From 0 to 1.</param>
        public double RoundTrip(double share) => RoundTrips[Math.Clamp((int)Math.Ceiling(share * RoundTrips.Count) - 1, 0, RoundTrips.Count - 1)];

        /// <summary>How many megabytes (of a million bytes) a second went one way.</summary>
        public double MegabytesPerSecond => MessagesPerSecond * Length / 1e6;
    }

    /// <summary>All ways with all lengths; but for those lengths that a way does not take.</summary>
    public IReadOnlyList<Cell> Cells { get; }

    /// <summary>The ways, in the order in which they were measured.</summary>
    public IReadOnlyList<string> Paths => [.. Cells.Select(cell => cell.Path).Distinct()];

    /// <summary>Measures a queue in memory, awaited and with threads that block, an anonymous pipe, a Unix-domain socket, and UDP and TCP on loopback.</summary>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="turn">How long each turn is: of each way with each length, two in a round.</param>
    /// <param name="lengths">The lengths of messages, in bytes; 16 bytes to 64 KiB unless told otherwise.</param>
    /// <exception cref="TimeoutException">It did not end within 30 seconds more than it was to take.</exception>
    public static async Task<PathComparison> MeasureAsync(int rounds = 6, TimeSpan? turn = null, params int[] lengths)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentNullException.ThrowIfNull(lengths);
        int[] all = lengths.Length == 0 ? DefaultLengths : lengths;
        var duration = turn ?? TimeSpan.FromMilliseconds(5);
        IPathRun[] runs = [new AwaitedQueueRun(), .. Make().Select(path => new PathRun(path))];
        try
        {
            var measuring = new TaskCompletionSource<PathComparison>(TaskCreationOptions.RunContinuationsAsynchronously);
            var thread = new Thread(() => Complete(measuring, () => Measure(runs, rounds, duration, all))) { IsBackground = true, Name = "paths" };
            using (Detached.Begin())
            {
                thread.Start();
            }

            return await measuring.Task.WaitAsync(rounds * all.Length * runs.Length * 2 * duration + Limit).ConfigureAwait(false);
        }
        finally
        {
            Array.ForEach(runs, run => run.Dispose());
        }
    }

    /// <summary>How a way compares with the first, the queue in memory that is awaited: the ratio of their median round trips in this run.</summary>
    /// <param name="path">The way.</param>
    /// <param name="length">How long the messages are, in bytes.</param>
    public double TimesSlower(string path, int length) =>
        Of(path, length).RoundTrip(0.5) / Of(Paths[0], length).RoundTrip(0.5);

    /// <summary>How all ways compare with the first, for some lengths of messages.</summary>
    /// <param name="lengths">The lengths, in bytes.</param>
    public Table Ratios(params int[] lengths) => new(
        ["way", .. lengths.Select(length => Octets.Count(length))],
        Paths.Select(IReadOnlyList<object?> (path) =>
        [
            path, .. lengths.Select(length => Cells.Any(cell => cell.Path == path && cell.Length == length) ? InvariantText.Format($"{TimesSlower(path, length):0.0}") : ""),
        ]),
        "The median round trip, by the length of the message, as a multiple of that in the first row.");

    /// <summary>Round trips and throughput by the length of a message.</summary>
    public Figure Chart() => new()
    {
        Id = "queues-pipes-sockets",
        Title = "Two threads talk: queues, pipes and sockets",
        Caption = "Left: a message there and one of the same length back, the median. Right: messages one way, with a receipt after each batch. All were measured in turns within one run.",
        Panels =
        [
            new Panel("round trip", Lengths(), new Axis("round trip", "µs") { Logarithmic = true }, [.. Series(cell => cell.RoundTrip(0.5))]),
            new Panel("throughput", Lengths(), new Axis("throughput", "MB/s") { Logarithmic = true }, [.. Series(cell => cell.MegabytesPerSecond)]),
        ],
    };

    /// <inheritdoc/>
    public string ToHtml() => AsTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => AsTable().ToString();

    internal static IEnumerable<MessagePath> Make()
    {
        yield return new QueuePath();
        yield return new PipePath();
        yield return SocketPath.Unix();
        yield return SocketPath.Udp();
        yield return SocketPath.Tcp();
    }

    private static PathComparison Measure(IPathRun[] runs, int rounds, TimeSpan turn, int[] lengths)
    {
        var measured = (from run in runs from length in lengths where length <= run.Longest select (Run: run, Length: length, RoundTrips: new List<double>(), Rates: new List<(long, TimeSpan)>())).ToList();
        // The first round is not counted: it compiles the code, and wakes what has never run.
        for (var round = -1; round < rounds; round++)
        {
            foreach (var (run, length, roundTrips, rates) in measured)
            {
                run.PingPong(length, turn, round < 0 ? [] : roundTrips);
                var rate = run.Stream(length, turn);
                if (round >= 0)
                {
                    rates.Add(rate);
                }
            }
        }

        return new PathComparison(
        [
            .. measured.Select(each => new Cell(
                each.Run.Name, each.Length, [.. each.RoundTrips.Order()], each.Rates.Sum(rate => rate.Item1) / each.Rates.Sum(rate => rate.Item2.TotalSeconds))),
        ]);
    }

    private static void Complete(TaskCompletionSource<PathComparison> task, Func<PathComparison> measure)
    {
        try
        {
            task.SetResult(measure());
        }
        catch (Exception exception)
        {
            task.SetException(exception);
        }
    }

    private static Axis Lengths() => new("length of a message", "bytes") { Logarithmic = true };

    private Cell Of(string path, int length) => Cells.First(cell => cell.Path == path && cell.Length == length);

    private IEnumerable<Series> Series(Func<Cell, double> value) => Paths.Select((path, style) =>
        new Series(path, Role.Measured, Mark.LineAndPoints, style, [.. Cells.Where(cell => cell.Path == path).Select(cell => new Point(cell.Length, value(cell)))]));

    private Table AsTable() => new(
        ["way", "message (bytes)", "round trips", "median", "99 % within", "times the first", "throughput (MB/s)", "messages a second"],
        Cells.Select(IReadOnlyList<object?> (cell) =>
        [
            cell.Path, cell.Length, InvariantText.Format($"{cell.RoundTrips.Count:N0}"), Microseconds(cell.RoundTrip(0.5)), Microseconds(cell.RoundTrip(0.99)),
            InvariantText.Format($"{TimesSlower(cell.Path, cell.Length):0.0}"), InvariantText.Format($"{cell.MegabytesPerSecond:N0}"), InvariantText.Format($"{cell.MessagesPerSecond:N0}"),
        ]));

    private static string Microseconds(double time) => InvariantText.Format($"{time:0.00} µs");
}
