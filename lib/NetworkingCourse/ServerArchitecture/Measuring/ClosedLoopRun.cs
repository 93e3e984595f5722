using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What came of a closed loop that went on for a while.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class ClosedLoopRun : IShown
{
    internal ClosedLoopRun(ITarget target, int connections, TimeSpan duration, Latencies latencies) =>
        (Architecture, Connections, Duration, Latencies) = (target.Architecture, connections, duration, latencies);

    /// <summary>The server's architecture.</summary>
    public Architecture Architecture { get; }

    /// <summary>How many connections asked, one question at a time on each.</summary>
    public int Connections { get; }

    /// <summary>From the first question to the last answer.</summary>
    public TimeSpan Duration { get; }

    /// <summary>How long each answer took, from the sending of its question.</summary>
    public Latencies Latencies { get; }

    /// <summary>Answers a second.</summary>
    public double Rate => Latencies.Count / Duration.TotalSeconds;

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>What happened, in one line.</summary>
    public override string ToString() => InvariantText.Format(
        $"{Architecture.Name}, closed loop on {Connections:N0} {(Connections == 1 ? "connection" : "connections")}: {Rate:N0} answers a second, {Latencies}");
}
