using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>How keepalive is set for a connection, as with the options of tcp(7).</summary>
/// <param name="Idle">After how many seconds without a segment from the peer the first probe is sent (TCP_KEEPIDLE).</param>
/// <param name="Interval">The seconds between two probes (TCP_KEEPINTVL).</param>
/// <param name="Probes">How many probes may remain unanswered (TCP_KEEPCNT).</param>
public sealed record KeepaliveOptions(int Idle, int Interval, int Probes)
{
    /// <summary>Linux's defaults: two hours, then 9 probes, 75 seconds apart.</summary>
    public static KeepaliveOptions Linux { get; } = new(7200, 75, 9);

    /// <summary>The options in words.</summary>
    public override string ToString() =>
        InvariantText.Format($"idle {Idle} s, interval {Interval} s, {InvariantText.Count(Probes, "probe")}");
}

/// <summary>What keepalive does at one moment.</summary>
public enum KeepaliveAction
{
    /// <summary>Nothing.</summary>
    Wait,

    /// <summary>Sends a probe: a segment without data, whose number has already been acknowledged.</summary>
    Probe,

    /// <summary>Declares the peer gone. The program's next read fails with a timeout.</summary>
    GiveUp,
}

/// <summary>
/// Decides when to probe a silent peer. The learner derives a class from this one; it then decides in
/// <see cref="KeepaliveRun.Watch"/>. The connection begins at second 0.
/// </summary>
public abstract class OwnKeepalive
{
    /// <summary>A segment from the peer has arrived: data, or the answer to a probe.</summary>
    /// <param name="second">The second.</param>
    public abstract void Arrived(int second);

    /// <summary>Called once in each second, after everything that arrived in it.</summary>
    /// <param name="second">The second.</param>
    /// <returns>What to do now.</returns>
    public abstract KeepaliveAction Tick(int second);
}

/// <summary>Keepalive as in RFC 9293 (section 3.8.4) and in Linux.</summary>
/// <param name="options">The options.</param>
public sealed class Keepalive(KeepaliveOptions options) : OwnKeepalive
{
    private int _due = options.Idle;
    private int _unanswered;

    /// <inheritdoc/>
    public override void Arrived(int second) => (_due, _unanswered) = (second + options.Idle, 0);

    /// <inheritdoc/>
    public override KeepaliveAction Tick(int second)
    {
        if (second < _due)
        {
            return KeepaliveAction.Wait;
        }

        if (_unanswered == options.Probes)
        {
            _due = int.MaxValue;
            return KeepaliveAction.GiveUp;
        }

        (_due, _unanswered) = (second + options.Interval, _unanswered + 1);
        return KeepaliveAction.Probe;
    }
}
