using System.Buffers;

namespace NetworkingCourse;

/// <summary>A piece of what is in a scripted pipe. Pieces in a chain are one sequence of bytes.</summary>
internal sealed class PipeSegment : ReadOnlySequenceSegment<byte>
{
    private readonly byte[] _bytes;

    private PipeSegment(byte[] bytes, PipeSegment? before)
    {
        _bytes = bytes;
        Memory = bytes;
        RunningIndex = before is null ? 0 : before.RunningIndex + before.Memory.Length;
        before?.Next = this;
    }

    /// <summary>Chains copies of some bytes, which are then no longer connected with the originals.</summary>
    /// <param name="pieces">The bytes of each piece; at least one piece.</param>
    /// <returns>The pieces, first to last.</returns>
    public static IReadOnlyList<PipeSegment> Chain(IEnumerable<IReadOnlyList<byte>> pieces)
    {
        List<PipeSegment> chain = [];
        foreach (var piece in pieces)
        {
            chain.Add(new PipeSegment([.. piece], chain.Count == 0 ? null : chain[^1]));
        }

        return chain;
    }

    /// <summary>The bytes of a chain.</summary>
    public static ReadOnlySequence<byte> Sequence(IReadOnlyList<PipeSegment> chain) =>
        chain.Count == 0 ? default : new(chain[0], 0, chain[^1], chain[^1].Memory.Length);

    /// <summary>How many bytes of a chain lie before a position; null if the position is not one of the chain.</summary>
    public static int? Offset(IReadOnlyList<PipeSegment> chain, SequencePosition position) =>
        chain.FirstOrDefault(segment => ReferenceEquals(segment, position.GetObject())) is { } found
            && position.GetInteger() is >= 0 and var at && at <= found.Memory.Length
            ? (int)found.RunningIndex + at
            : null;

    /// <summary>Fills the first bytes of a chain with others, as a pipe may do that uses its memory again.</summary>
    public static void Overwrite(IReadOnlyList<PipeSegment> chain, int count)
    {
        foreach (var segment in chain)
        {
            segment._bytes.AsSpan(0, Math.Clamp(count - (int)segment.RunningIndex, 0, segment._bytes.Length)).Fill((byte)'#');
        }
    }
}
