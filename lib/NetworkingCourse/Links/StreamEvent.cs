using System.Diagnostics;

namespace NetworkingCourse.Links;

/// <summary>The kind of an event on a stream.</summary>
public enum StreamEventKind
{
    /// <summary>A connection was requested or opened.</summary>
    Opened,

    /// <summary>A connection was accepted.</summary>
    Granted,

    /// <summary>Data was sent.</summary>
    Bytes,

    /// <summary>One direction ended: the sender has no more data.</summary>
    Ended,

    /// <summary>The connection broke, or could not be established.</summary>
    Broken,
}

/// <summary>An event that was observed at a point between two parties.</summary>
/// <param name="Sent">
/// The time of sending, in ticks of <see cref="Stopwatch"/>; comparable with every other timestamp of this process.
/// </param>
/// <param name="Received">
/// The time of delivery; equal to <paramref name="Sent"/> where only one of the two was observed.
/// </param>
/// <param name="Connection">The connection's number, counted from 1.</param>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Kind">The kind of the event.</param>
/// <param name="Bytes">The bytes, as far as they were kept.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="Detail">Further details, for people.</param>
public readonly record struct StreamEvent(
    long Sent,
    long Received,
    int Connection,
    string From,
    string To,
    StreamEventKind Kind,
    ReadOnlyMemory<byte> Bytes,
    int Length,
    string Detail = "")
{
    /// <summary>Returns the event as one line, without its time: <c>client → server · GET / HTTP/1.1 · 87 bytes</c>.</summary>
    public override string ToString() => $"{From} → {To} · {PayloadSummary.Of(this)}";
}
