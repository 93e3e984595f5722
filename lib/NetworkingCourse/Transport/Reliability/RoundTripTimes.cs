using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>Plots the round-trip times that senders measured over time, and the timeouts derived from them.</summary>
public static class RoundTripTimes
{
    /// <summary>Plots transfers side by side on the same scale.</summary>
    /// <param name="transfers">One or more transfers with an adaptive timeout, each with a distinctive name.</param>
    public static Figure Draw(params IReadOnlyList<(string Name, Transfer Transfer)> transfers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(transfers.Count);
        var end = transfers.Max(transfer =>
            transfer.Transfer.Timeout.Samples.Select(sample => sample.At.TotalSeconds).DefaultIfEmpty().Max());
        var top = transfers.Max(transfer => Timeouts(transfer.Transfer).Select(point => point.Y).DefaultIfEmpty().Max()) * 1.05;
        return new Figure
        {
            Id = $"round-trip-times-{transfers.Count}",
            Title = "Round-trip times, and the timeout that follows them",
            Caption = "A point is a round trip as the sender measured it. The timeout is the smoothed round-trip time plus four "
                + "times its smoothed deviation (RFC 6298), so it rises when round trips vary more. "
                + "Where a timer expires, the timeout doubles; those places are marked.",
            Panels =
            [
                .. transfers.Select(transfer => new Panel(
                    transfer.Name,
                    new Axis("time", "s") { Min = 0, Max = end * 1.02 },
                    new Axis("time", "ms") { Min = 0, Max = top },
                    [
                        new Series("measured", Role.Measured, Mark.Points, 0, Of(transfer.Transfer, sample => sample.RoundTrip)),
                        .. transfer.Transfer.Timeout.Samples.Any(sample => sample.Smoothed is null)
                            ? []
                            : (Series[])
                            [
                                new Series(
                                    "smoothed", Role.Measured, Mark.Line, 2,
                                    Of(transfer.Transfer, sample => sample.Smoothed!.Value)),
                            ],
                        new Series("timeout", Role.Limit, Mark.Line, Series.Limit, [.. Timeouts(transfer.Transfer)]),
                        .. transfer.Transfer.Timeout.BackedOff.Count == 0 ? [] : (Series[])[Doubled(transfer.Transfer)],
                    ])),
            ],
        };
    }

    private static Point[] Of(Transfer transfer, Func<RttSample, TimeSpan> value) =>
        [.. transfer.Timeout.Samples.Select(sample => new Point(sample.At.TotalSeconds, value(sample).TotalMilliseconds))];

    private static Series Doubled(Transfer transfer) => new(
        "a timer expired", Role.Measured, Mark.Points, 1,
        [.. transfer.Timeout.BackedOff.Select(change => new Point(change.At.TotalSeconds, change.Timeout.TotalMilliseconds))]);

    // A staircase: the timeout is constant between two events.
    private static IEnumerable<Point> Timeouts(Transfer transfer)
    {
        var last = transfer.Options.Timeout;
        yield return new Point(0, last.TotalMilliseconds);
        var changes = transfer.Timeout.Samples
            .Select(sample => (sample.At, sample.Timeout))
            .Concat(transfer.Timeout.BackedOff)
            .OrderBy(change => change.At);
        foreach (var (at, timeout) in changes)
        {
            yield return new Point(at.TotalSeconds, last.TotalMilliseconds);
            yield return new Point(at.TotalSeconds, timeout.TotalMilliseconds);
            last = timeout;
        }
    }
}
