using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The result of a closed loop.</summary>
public sealed class ClosedLoopRun : Shown
{
    internal ClosedLoopRun(ITarget target, int connections, TimeSpan duration, Latencies latencies) =>
        (Architecture, Connections, Duration, Latencies) = (target.Architecture, connections, duration, latencies);

    /// <summary>The server's architecture.</summary>
    public Architecture Architecture { get; }

    /// <summary>The number of connections; each carried one question at a time.</summary>
    public int Connections { get; }

    /// <summary>The time from the first question to the last answer.</summary>
    public TimeSpan Duration { get; }

    /// <summary>How long each answer took, from the moment its question was sent.</summary>
    public Latencies Latencies { get; }

    /// <summary>Answers per second.</summary>
    public double Rate => Latencies.Count / Duration.TotalSeconds;

    /// <summary>A one-line summary of the run.</summary>
    public override string ToString() =>
        InvariantText.Format($"{Architecture.Name}, closed loop on {Connections:N0} ")
        + (Connections == 1 ? "connection" : "connections")
        + InvariantText.Format($": {Rate:N0} answers per second, {Latencies}");
}
