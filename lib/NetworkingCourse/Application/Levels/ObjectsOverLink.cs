using System.Diagnostics;
using System.Security.Authentication;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;
using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>
/// Measures how long it takes to fetch a number of small objects over a long link: each on its own connection, all on one
/// connection, and all on one connection with pipelining.
/// </summary>
public sealed class ObjectsOverLink : Shown
{
    private static readonly (string Name, int Style, bool? IsKept, Func<int, double> RoundTrips)[] Ways =
    [
        ("one connection per object", 1, false, objects => 2 * objects),
        ("one persistent connection", 0, true, objects => objects + 1),
        ("one connection, pipelined", 2, null, _ => 2),
    ];

    private readonly TimeSpan _roundTrip;
    private readonly List<(int Way, int Objects, TimeSpan Duration)> _measured = [];

    private RoundTripsExercise.Answer? _yours;

    private ObjectsOverLink(TimeSpan roundTrip) => _roundTrip = roundTrip;

    /// <summary>Measures all three ways for each number of objects.</summary>
    /// <param name="link">A link to an origin.</param>
    /// <param name="host">The site.</param>
    /// <param name="path">The path of the object.</param>
    /// <param name="counts">The numbers of objects to fetch.</param>
    public static async Task<ObjectsOverLink> MeasureAsync(
        DelayLink link, string host, string path, params IReadOnlyList<int> counts)
    {
        ArgumentNullException.ThrowIfNull(link);
        var measured = new ObjectsOverLink(link.RoundTrip);
        Func<DelayLink, byte[], int, Task>[] ways = [EachAsync, KeptAsync, PipelinedAsync];
        var request = HttpWriter.Request("GET", path, host);
        // The extra cost of the very first request is not the link's.
        await KeptAsync(link, request, 1).ConfigureAwait(false);
        foreach (var objects in counts)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var started = Stopwatch.GetTimestamp();
                await ways[way](link, request, objects).ConfigureAwait(false);
                measured._measured.Add((way, objects, Stopwatch.GetElapsedTime(started)));
            }
        }

        return measured;
    }

    /// <summary>Puts the learner's own prediction beside the measured times, for the two ways without pipelining.</summary>
    /// <param name="yours">Counts the round trips; see <see cref="Exercises.RoundTrips"/>.</param>
    /// <returns>The same measurement with another column. It is empty where the method throws an exception.</returns>
    public ObjectsOverLink With(RoundTripsExercise.Answer yours)
    {
        ArgumentNullException.ThrowIfNull(yours);
        var copy = new ObjectsOverLink(_roundTrip) { _yours = yours };
        copy._measured.AddRange(_measured);
        return copy;
    }

    /// <summary>Draws the measured times and the predicted ones.</summary>
    public Figure Chart() => new()
    {
        Id = "objects-over-link",
        Title = $"Small objects over a round trip of {InvariantText.Of(_roundTrip)}",
        Caption = "The lines are predicted by counting round trips: two for each object with a connection of its own; one for "
            + "each object and one for the connection if it is kept; two in total if all objects are requested at once.",
        Panels =
        [
            new Panel("", new Axis("objects") { Min = 0, Whole = true }, new Axis("time", "ms") { Min = 0 },
                [
                    .. Ways.SelectMany((way, i) => new[]
                    {
                        new Series(
                            way.Name,
                            Role.Measured,
                            Mark.Points,
                            way.Style,
                            [.. Of(i).Select(point => new Point(point.Objects, point.Duration.TotalMilliseconds))]),
                        new Series(
                            $"{way.Name}: predicted",
                            Role.Predicted,
                            Mark.Line,
                            way.Style,
                            [
                                .. Of(i).Select(point => new Point(
                                    point.Objects, way.RoundTrips(point.Objects) * _roundTrip.TotalMilliseconds)),
                            ]),
                    }),
                ]),
        ],
    };

    internal IEnumerable<(int Objects, double RoundTrips, double Predicted)> InRoundTrips(int way) =>
        Of(way).Select(point => (point.Objects, point.Duration / _roundTrip, Ways[way].RoundTrips(point.Objects)));

    private IEnumerable<(int Way, int Objects, TimeSpan Duration)> Of(int way) => _measured.Where(point => point.Way == way);

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        [
            "objects", "connections", "time (ms)", "round trips", "predicted",
            .. _yours is null ? (string[])[] : ["your prediction"],
        ],
        _measured.Select(IReadOnlyList<object?> (point) =>
        [
            point.Objects,
            Ways[point.Way].Name,
            InvariantText.Format($"{point.Duration.TotalMilliseconds:F0}"),
            InvariantText.Format($"{point.Duration / _roundTrip:F2}"),
            InvariantText.Format($"{Ways[point.Way].RoundTrips(point.Objects):F0}"),
            .. _yours is null ? (object?[])[] : [Yours(point.Objects, Ways[point.Way].IsKept)],
        ]));

    private string Yours(int objects, bool? isKept)
    {
        try
        {
            return isKept is { } kept ? InvariantText.Format($"{_yours?.Invoke(objects, SslProtocols.None, kept)}") : "";
        }
        catch (Exception)
        {
            // The check of the exercise says what is wrong.
            return "";
        }
    }

    private static async Task EachAsync(DelayLink link, byte[] request, int objects)
    {
        for (var i = 0; i < objects; i++)
        {
            await KeptAsync(link, request, 1).ConfigureAwait(false);
        }
    }

    private static async Task KeptAsync(DelayLink link, byte[] request, int objects)
    {
        await using var connection = await HttpConnection.ConnectAsync(link.EndPoint).ConfigureAwait(false);
        for (var i = 0; i < objects; i++)
        {
            await connection.SendAsync(request).ConfigureAwait(false);
            await connection.ReadAsync().ConfigureAwait(false);
        }
    }

    private static async Task PipelinedAsync(DelayLink link, byte[] request, int objects)
    {
        await using var connection = await HttpConnection.ConnectAsync(link.EndPoint).ConfigureAwait(false);
        byte[] requests = [.. Enumerable.Repeat(request, objects).SelectMany(bytes => bytes)];
        await connection.SendAsync(requests).ConfigureAwait(false);
        for (var i = 0; i < objects; i++)
        {
            await connection.ReadAsync().ConfigureAwait(false);
        }
    }
}
