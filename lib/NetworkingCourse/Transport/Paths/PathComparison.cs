using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>
/// Compares paths between two threads: round-trip time and throughput by message length. Each path gets a short turn in every
/// round, so that other activity on the machine affects all of them alike.
/// </summary>
public sealed class PathComparison : Shown
{
    private static readonly int[] DefaultLengths = [16, 1024, 8192, 65_536];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private PathComparison(IReadOnlyList<Cell> cells) => Cells = cells;

    /// <summary>The measurements of one path with messages of one length.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="Length">The length of a message in bytes.</param>
    /// <param name="RoundTrips">The round-trip times in microseconds, in ascending order.</param>
    /// <param name="MessagesPerSecond">The one-way throughput in messages per second.</param>
    public sealed record Cell(string Path, int Length, IReadOnlyList<double> RoundTrips, double MessagesPerSecond)
    {
        /// <summary>A quantile of the round-trip times in microseconds, by the nearest-rank method.</summary>
        /// <param name="share">The share of round trips that do not exceed it, from 0 to 1.</param>
        public double RoundTrip(double share) =>
            RoundTrips[Math.Clamp((int)Math.Ceiling(share * RoundTrips.Count) - 1, 0, RoundTrips.Count - 1)];

        /// <summary>The one-way throughput in megabytes (of a million bytes) per second.</summary>
        public double MegabytesPerSecond => MessagesPerSecond * Length / 1e6;
    }

    /// <summary>The measurements of all paths with all lengths, except lengths that a path does not support.</summary>
    public IReadOnlyList<Cell> Cells { get; }

    /// <summary>The paths, in the order in which they were measured.</summary>
    public IReadOnlyList<string> Paths => [.. Cells.Select(cell => cell.Path).Distinct()];

    /// <summary>
    /// Measures an in-memory queue (awaited, and with blocking threads), an anonymous pipe, a Unix-domain
    /// socket, and UDP and TCP on loopback.
    /// </summary>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="turn">The length of a turn. In each round, each path has two turns for each message length.</param>
    /// <param name="lengths">The message lengths in bytes; by default from 16 bytes to 64 KiB.</param>
    /// <exception cref="TimeoutException">The measurement took over 30 seconds longer than planned.</exception>
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
            var thread = new Thread(() => Complete(measuring, () => Measure(runs, rounds, duration, all)))
            {
                IsBackground = true,
                Name = "paths",
            };
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

    /// <summary>
    /// Compares a path with the first one, the awaited in-memory queue: the ratio of their median round-trip times in this run.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="length">The message length in bytes.</param>
    public double TimesSlower(string path, int length) =>
        Of(path, length).RoundTrip(0.5) / Of(Paths[0], length).RoundTrip(0.5);

    /// <summary>Compares all paths with the first one, for several message lengths.</summary>
    /// <param name="lengths">The message lengths in bytes.</param>
    public Table Ratios(params int[] lengths) => new(
        ["path", .. lengths.Select(length => Octets.Count(length))],
        Paths.Select(IReadOnlyList<object?> (path) =>
        [
            path,
            .. lengths.Select(length => Cells.Any(cell => cell.Path == path && cell.Length == length)
                ? InvariantText.Format($"{TimesSlower(path, length):0.0}")
                : ""),
        ]),
        "The median round trip by message length, as a multiple of that in the first row.");

    /// <summary>Plots round-trip time and throughput by message length.</summary>
    public Figure Chart() => new()
    {
        Id = "queues-pipes-sockets",
        Title = "Two threads talk: queues, pipes and sockets",
        Caption = "Left: the median time for a message there and one of the same length back. Right: messages one way, with a "
            + "receipt after each batch. All paths took turns within one run.",
        Panels =
        [
            new Panel(
                "round trip",
                Lengths(),
                new Axis("round trip", "µs") { Logarithmic = true },
                [.. Series(cell => cell.RoundTrip(0.5))]),
            new Panel(
                "throughput",
                Lengths(),
                new Axis("throughput", "MB/s") { Logarithmic = true },
                [.. Series(cell => cell.MegabytesPerSecond)]),
        ],
    };

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
        var measured = (
            from run in runs
            from length in lengths
            where length <= run.Longest
            select (Run: run, Length: length, RoundTrips: new List<double>(), Rates: new List<(long, TimeSpan)>())).ToList();
        // The first round is not counted: it serves to compile the code and to warm everything up.
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
                each.Run.Name,
                each.Length,
                [.. each.RoundTrips.Order()],
                each.Rates.Sum(rate => rate.Item1) / each.Rates.Sum(rate => rate.Item2.TotalSeconds))),
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

    private IEnumerable<Series> Series(Func<Cell, double> value) => Paths.Select((path, style) => new Series(
        path, Role.Measured, Mark.LineAndPoints, style,
        [.. Cells.Where(cell => cell.Path == path).Select(cell => new Point(cell.Length, value(cell)))]));

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "path", "message (bytes)", "round trips", "median", "99 % within", "relative to the first", "throughput (MB/s)",
            "messages per second",
        ],
        Cells.Select(IReadOnlyList<object?> (cell) =>
        [
            cell.Path,
            cell.Length,
            InvariantText.Format($"{cell.RoundTrips.Count:N0}"),
            Microseconds(cell.RoundTrip(0.5)),
            Microseconds(cell.RoundTrip(0.99)),
            InvariantText.Format($"{TimesSlower(cell.Path, cell.Length):0.0}"),
            InvariantText.Format($"{cell.MegabytesPerSecond:N0}"),
            InvariantText.Format($"{cell.MessagesPerSecond:N0}"),
        ]));

    private static string Microseconds(double time) => InvariantText.Format($"{time:0.00} µs");
}
