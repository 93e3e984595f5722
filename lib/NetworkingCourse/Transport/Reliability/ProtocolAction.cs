namespace NetworkingCourse.Transport;

/// <summary>
/// What a protocol wants done. Protocols here are state machines and nothing else: something happens, they change their state, and answer with a list of these. They
/// know no sockets, no threads and no clock, so the same protocol runs in simulated time, in a test, or by hand.
/// </summary>
public abstract record ProtocolAction;

/// <summary>Give a segment to the link.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Try">Which try it is, counted from 1.</param>
public sealed record Transmit(Segment Segment, int Try) : ProtocolAction;

/// <summary>Start a timer, or start it again if it runs.</summary>
/// <param name="Timer">Which one.</param>
/// <param name="Length">After how long it is to go off.</param>
public sealed record StartTimer(int Timer, TimeSpan Length) : ProtocolAction;

/// <summary>Stop a timer, if it runs.</summary>
/// <param name="Timer">Which one.</param>
public sealed record StopTimer(int Timer) : ProtocolAction;

/// <summary>Give data to the application.</summary>
/// <param name="Data">The data.</param>
public sealed record Deliver(ReadOnlyMemory<byte> Data) : ProtocolAction;

/// <summary>Keep a segment that came too early, until those before it have come.</summary>
/// <param name="Segment">The segment.</param>
public sealed record Keep(Segment Segment) : ProtocolAction;

/// <summary>Throw a segment away.</summary>
/// <param name="Segment">The segment.</param>
public sealed record Discard(Segment Segment) : ProtocolAction;

/// <summary>Tell the application that it cannot be done.</summary>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record GiveUp(string Reason) : ProtocolAction;
