namespace NetworkingCourse.Transport;

/// <summary>
/// An action that a protocol requests. Protocols here are pure state machines: each event changes their state and yields a list
/// of actions. They know no sockets, threads or clocks, so the same protocol runs in simulated time, in a test, or by hand.
/// </summary>
public abstract record ProtocolAction;

/// <summary>Sends a segment over the link.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Try">The number of the try, counted from 1.</param>
public sealed record Transmit(Segment Segment, int Try) : ProtocolAction;

/// <summary>Starts a timer, or restarts it if it is running.</summary>
/// <param name="Timer">The timer.</param>
/// <param name="Length">The time until it expires.</param>
public sealed record StartTimer(int Timer, TimeSpan Length) : ProtocolAction;

/// <summary>Stops a timer if it is running.</summary>
/// <param name="Timer">The timer.</param>
public sealed record StopTimer(int Timer) : ProtocolAction;

/// <summary>Delivers data to the application.</summary>
/// <param name="Data">The data.</param>
public sealed record Deliver(ReadOnlyMemory<byte> Data) : ProtocolAction;

/// <summary>Buffers an early segment until those before it have arrived.</summary>
/// <param name="Segment">The segment.</param>
public sealed record Keep(Segment Segment) : ProtocolAction;

/// <summary>Discards a segment.</summary>
/// <param name="Segment">The segment.</param>
public sealed record Discard(Segment Segment) : ProtocolAction;

/// <summary>Tells the application that the sender gives up.</summary>
/// <param name="Reason">The reason, as a sentence.</param>
public sealed record GiveUp(string Reason) : ProtocolAction
{
    /// <summary>The note in the ladder.</summary>
    internal string Note { get; init; } = "gives up";
}
