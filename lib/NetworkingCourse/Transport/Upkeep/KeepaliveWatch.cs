using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>The segments that the system exchanged on an idle connection.</summary>
/// <param name="Before">What the system reported before.</param>
/// <param name="After">What it reported afterwards.</param>
public sealed record KeepaliveWatch(TcpInfo Before, TcpInfo After) : ShownRecord
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    /// <summary>The number of segments that this end sent.</summary>
    public int Sent => After.SegmentsSent - Before.SegmentsSent;

    /// <summary>The number of segments that came from the other end.</summary>
    public int Received => After.SegmentsReceived - Before.SegmentsReceived;

    /// <summary>The number of bytes of data that came from the other end.</summary>
    public long BytesReceived => After.BytesReceived - Before.BytesReceived;

    /// <summary>Waits until the system has sent a number of segments by itself, and has been answered.</summary>
    /// <param name="end">The end to watch. No program may send at either end in the meantime.</param>
    /// <param name="segments">The number of segments.</param>
    /// <returns>What happened; null where the system does not report it.</returns>
    /// <exception cref="TimeoutException">It did not happen within the deadline of this end.</exception>
    public static async Task<KeepaliveWatch?> WaitAsync(TcpEnd end, int segments)
    {
        ArgumentNullException.ThrowIfNull(end);
        if (end.Info is not { } before)
        {
            return null;
        }

        using var deadline = new CancellationTokenSource(end.Deadline);
        while (end.Info is { } now)
        {
            var watch = new KeepaliveWatch(before, now);
            if (watch.Sent >= segments && watch.Received >= segments)
            {
                return watch;
            }

            if (deadline.IsCancellationRequested)
            {
                var sent = InvariantText.Count(watch.Sent, "segment");
                throw new TimeoutException(InvariantText.Format(
                    $"{sent} in {end.Deadline.TotalSeconds:0.###} s. Is keepalive on?"));
            }

            await Task.Delay(Glance).ConfigureAwait(false);
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    private Table Table() => new(
        ["meanwhile", "number"],
        [
            ["segments sent by the system", Sent],
            ["segments received by the system", Received],
            ["bytes received, which a program could read", BytesReceived],
        ]);
}
