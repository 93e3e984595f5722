using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;
using NetworkingCourse.Network;

namespace NetworkingCourse.Application;

/// <summary>
/// Measures what share of the requests caches of different sizes answer, if the popularity of pages follows Zipf's law: the
/// second page is asked for half as often as the first, the third a third as often, and so on. It counts the requests at the
/// origin.
/// </summary>
public sealed class HitRatioBySize : Shown
{
    private const int AtOnce = 50; // pipelined requests

    private readonly List<(int Room, double Ratio)> _measured = [];

    private HitRatioBySize(int pages, int requests) => (Pages, Requests) = (pages, requests);

    /// <summary>The number of pages.</summary>
    public int Pages { get; }

    /// <summary>The number of requests to each cache that were counted.</summary>
    public int Requests { get; }

    /// <summary>The sizes of the caches, in pages, and the share of requests that each answered.</summary>
    public IReadOnlyList<(int Room, double Ratio)> Measured => _measured;

    /// <summary>The number of requests that reached the origin past a cache of this size.</summary>
    /// <param name="room">The size of the cache, in pages.</param>
    public int AtOrigin(int room) => (int)Math.Round((1 - _measured.Single(point => point.Room == room).Ratio) * Requests);

    /// <summary>The probability with which a request is for each of the pages, the most popular first.</summary>
    public static double[] Popularity(int pages)
    {
        var sum = Enumerable.Range(1, pages).Sum(rank => 1.0 / rank);
        return [.. Enumerable.Range(1, pages).Select(rank => 1 / (rank * sum))];
    }

    /// <summary>
    /// Predicts the hit ratio of an LRU cache. A page is in the cache if it has been asked for within the last T requests. T is
    /// such that the cache is full on average (Che, Tung and Wang: Hierarchical Web caching systems, 2002).
    /// </summary>
    /// <param name="room">The size of the cache, in pages.</param>
    /// <param name="pages">The number of pages.</param>
    public static double Predicted(int room, int pages)
    {
        if (room >= pages)
        {
            return 1;
        }

        var popularity = Popularity(pages);
        double In(double share, double last) => 1 - Math.Exp(-share * last);
        var (low, high) = (0.0, 1e9);
        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = popularity.Sum(share => In(share, middle)) < room ? (middle, high) : (low, middle);
        }

        return popularity.Sum(share => share * In(share, low));
    }

    /// <summary>The hit ratio of a cache that knows the future: it always has the most popular pages.</summary>
    /// <param name="room">The size of the cache, in pages.</param>
    /// <param name="pages">The number of pages.</param>
    public static double Best(int room, int pages) => Popularity(pages).Take(room).Sum();

    /// <summary>Sends the same stream of requests through a cache of each size, over real connections.</summary>
    /// <param name="rooms">The sizes of the caches, in pages.</param>
    /// <param name="pages">The number of pages.</param>
    /// <param name="requests">The number of requests that are counted; half as many before them fill the cache.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    public static async Task<HitRatioBySize> MeasureAsync(
        IReadOnlyList<int> rooms, int pages = 200, int requests = 1000, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        var result = new HitRatioBySize(pages, requests);
        var popularity = Popularity(pages);
        await using var origin = SmallOrigin.Start(
            _ => HttpWriter.Response(200, "OK", [("Cache-Control", "max-age=3600")], "A page.\n"u8),
            "origin of many pages");
        foreach (var room in rooms)
        {
            await using var cache = CachingProxy.Start(
                origin.EndPoint, new SimulatedClock(), room: room, name: "cache of different sizes");
            await using var client = await HttpConnection.ConnectAsync(cache.EndPoint).ConfigureAwait(false);
            var random = new Random(seed);
            await AskAsync(client, popularity, random, requests / 2).ConfigureAwait(false);
            var before = origin.Requests;
            await AskAsync(client, popularity, random, requests).ConfigureAwait(false);
            result._measured.Add((room, 1 - ((double)(origin.Requests - before) / requests)));
        }

        return result;
    }

    /// <summary>Draws the measured hit ratios, those predicted by theory, and those of a cache that knows the future.</summary>
    /// <param name="yours">A prediction of requests that reach the origin past a cache of one of the sizes.</param>
    /// <param name="room">The size for which it was made, in pages.</param>
    public Figure Chart(Guess? yours = null, int room = 0) => new()
    {
        Id = "hit-ratio-by-size",
        Title = "Share of requests that a cache answers, by its size",
        Caption = InvariantText.Format($"A point is {Requests:N0} requests through a real cache, counted at the origin. ")
            + InvariantText.Format($"The requests are for {Pages} pages, with a popularity after Zipf's law. ")
            + "The line is the theory for a cache that forgets the least recently used page.",
        Panels =
        [
            new Panel(
                "",
                new Axis("room in the cache", "pages") { Min = 0, Whole = true },
                new Axis("hit ratio", "%") { Min = 0, Max = 100 },
                [
                    new Series(
                        "measured", Role.Measured, Mark.Points, 0,
                        [.. _measured.Select(point => new Point(point.Room, point.Ratio * 100))]),
                    new Series(
                        "predicted for LRU", Role.Predicted, Mark.Line, Series.Ink,
                        [.. Sizes().Select(size => new Point(size, Predicted(size, Pages) * 100))]),
                    new Series(
                        "the most popular pages, always kept", Role.Limit, Mark.Line, Series.Limit,
                        [.. Sizes().Select(size => new Point(size, Best(size, Pages) * 100))]),
                    .. yours?.Value is { } guess && guess <= Requests
                        ? [new Series(
                            "your prediction", Role.Guessed, Mark.Points, 1, [new Point(room, 100 - (guess / Requests * 100))])]
                        : (Series[])[],
                ]),
        ],
    };

    private IEnumerable<int> Sizes()
    {
        var max = _measured.Max(point => point.Room);
        return Enumerable.Range(1, max).Where(size => size <= 10 || size % Math.Max(1, max / 40) == 0 || size == max);
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["room (pages)", "requests at the origin", "hit ratio, measured", "hit ratio, predicted", "with the most popular pages"],
        _measured.Select(IReadOnlyList<object?> (point) =>
        [
            point.Room,
            AtOrigin(point.Room),
            InvariantText.Format($"{point.Ratio * 100:F1} %"),
            InvariantText.Format($"{Predicted(point.Room, Pages) * 100:F1} %"),
            InvariantText.Format($"{Best(point.Room, Pages) * 100:F1} %"),
        ]));

    private static async Task AskAsync(HttpConnection client, double[] popularity, Random random, int requests)
    {
        for (var left = requests; left > 0; left -= AtOnce)
        {
            var batch = Math.Min(AtOnce, left);
            var asked = Enumerable.Range(0, batch)
                .Select(_ => HttpWriter.Request("GET", $"/{Draw(popularity, random)}", "many.test"));
            await client.SendAsync([.. asked.SelectMany(bytes => bytes)]).ConfigureAwait(false);
            for (var i = 0; i < batch; i++)
            {
                await client.ReadAsync().ConfigureAwait(false);
            }
        }
    }

    private static int Draw(double[] popularity, Random random)
    {
        var left = random.NextDouble();
        var rank = 0;
        while (rank < popularity.Length - 1 && (left -= popularity[rank]) >= 0)
        {
            rank++;
        }

        return rank + 1;
    }
}
