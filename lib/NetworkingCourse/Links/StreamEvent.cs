using System.Diagnostics;

namespace NetworkingCourse.Links;

/// <summary>What passed.</summary>
public enum StreamEventKind
{
    /// <summary>A connection is asked for, or was opened.</summary>
    Opened,

    /// <summary>A connection was granted.</summary>
    Granted,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>The end of one direction: the sender has no more to say.</summary>
    Ended,

    /// <summary>The connection broke, or never came to be.</summary>
    Broken,
}

/// <summary>Something that passed a point between two parties.</summary>
/// <param name="Sent">When it was sent, in ticks of <see cref="Stopwatch"/>: comparable with every other timestamp of this process.</param>
/// <param name="Received">When it was delivered; equal to <paramref name="Sent"/> where only one of the two was seen.</param>
/// <param name="Connection">The connection's number, counted from 1.</param>
/// <param name="From">Who sent it.</param>
/// <param name="To">To whom.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Bytes">The bytes, as far as they were kept.</param>
/// <param name="Length">How many bytes there were.</param>
/// <param name="Detail">More, for people.</param>
public readonly record struct StreamEvent(long Sent, long Received, int Connection, string From, string To, StreamEventKind Kind, ReadOnlyMemory<byte> Bytes, int Length, string Detail = "")
{
    /// <summary>The passage as one line, without its time: <c>client → server · GET / HTTP/1.1 · 87 bytes</c>.</summary>
    public override string ToString() => $"{From} → {To} · {PayloadSummary.Of(this)}";
}
