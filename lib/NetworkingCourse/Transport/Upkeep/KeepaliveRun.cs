using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// A connection on which nothing is said, until the peer vanishes: its machine loses power, or its cable is cut.
/// </summary>
/// <param name="Options">The options.</param>
/// <param name="GoneAt">The second at which the peer vanished.</param>
/// <param name="Probes">The seconds at which a probe was sent.</param>
/// <param name="GaveUpAt">The second at which the peer was declared gone; null if that never happened.</param>
public sealed record KeepaliveRun(KeepaliveOptions Options, int GoneAt, IReadOnlyList<int> Probes, int? GaveUpAt) : ShownRecord
{
    private const string Here = "this end";
    private const string There = "peer";

    /// <summary>How many seconds passed before this end gave up; null if it never did.</summary>
    public int? Unnoticed => GaveUpAt - GoneAt;

    /// <summary>
    /// Simulates a silent connection, second by second. The peer answers each probe at once, until it vanishes.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <param name="goneAt">The second at which the peer vanishes.</param>
    /// <param name="own">Makes what decides; by default, the course's own.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option, or the second, is not positive.</exception>
    public static KeepaliveRun Watch(KeepaliveOptions options, int goneAt, Func<KeepaliveOptions, OwnKeepalive>? own = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(goneAt);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Idle, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Interval, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Probes, nameof(options));
        return Simulate(options, goneAt, own?.Invoke(options) ?? new Keepalive(options));
    }

    private static KeepaliveRun Simulate(KeepaliveOptions options, int goneAt, OwnKeepalive decides)
    {
        var probes = new List<int>();
        // Twice as long as anything that follows the rules could take.
        var limit = goneAt + (2 * (options.Idle + (options.Interval * (options.Probes + 1))));
        for (var second = 1; second <= limit; second++)
        {
            switch (decides.Tick(second))
            {
                case KeepaliveAction.GiveUp:
                    return new KeepaliveRun(options, goneAt, probes, second);
                case KeepaliveAction.Probe:
                    probes.Add(second);
                    if (second < goneAt)
                    {
                        decides.Arrived(second);
                    }

                    break;
            }
        }

        return new KeepaliveRun(options, goneAt, probes, null);
    }

    /// <inheritdoc/>
    public override string ToHtml() => Ladder().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Ladder().ToString();

    private LadderDiagram Ladder() => new(InvariantText.Format($"Keepalive: {Options}"), [Here, There])
    {
        Caption = GaveUpAt is { } end
            ? InvariantText.Format($"The peer vanishes at {GoneAt} s; this end notices it at {end} s.")
            : InvariantText.Format($"The peer vanishes at {GoneAt} s. This end never notices it."),
        Messages = [.. Probes.SelectMany(Arrows)],
        Notes =
        [
            new LadderNote(There, TimeSpan.FromSeconds(GoneAt), "vanishes"),
            .. GaveUpAt is { } second ? [new LadderNote(Here, TimeSpan.FromSeconds(second), "gives up")] : (LadderNote[])[],
        ],
    };

    // The time on the way is a small part of a second; it is drawn so that each arrow has a direction.
    private IEnumerable<LadderMessage> Arrows(int second)
    {
        var (sent, way) = (TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(0.1));
        var isLost = second >= GoneAt;
        yield return new(Here, There, sent, sent + way, "probe", isLost ? MessageKind.Lost : MessageKind.Control);
        if (!isLost)
        {
            yield return new(There, Here, sent + way, sent + (2 * way), "ACK", MessageKind.Control);
        }
    }
}
