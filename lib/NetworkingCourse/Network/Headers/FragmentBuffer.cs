using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>What became of a fragment.</summary>
public enum FragmentFate
{
    /// <summary>It has filled a hole, or a part of one; others are left.</summary>
    Kept,

    /// <summary>It has filled the last hole: the packet is whole again.</summary>
    Completed,

    /// <summary>All of it had come before, byte for byte; it changes nothing.</summary>
    Duplicate,

    /// <summary>It cannot be right, and the whole packet is given up.</summary>
    Refused,
}

/// <summary>Bytes of a packet that have not come yet.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last; <see cref="int.MaxValue"/> as long as nobody knows where the packet ends.</param>
public readonly record struct Hole(int First, int Last)
{
    /// <summary>The hole as text: <c>1,480 to 2,959</c>.</summary>
    public override string ToString() => Last == int.MaxValue ? InvariantText.Format($"{First:N0} and all that follows") : InvariantText.Format($"{First:N0} to {Last:N0}");
}

/// <summary>
/// Puts the fragments of one packet together, in whatever order they come, by keeping a list of the holes between them (RFC 815): at first everything is one
/// hole without an end, and when the list is empty the packet is whole.
/// </summary>
/// <remarks>
/// RFC 791 lets a fragment overwrite what others have brought. That was used to smuggle: a firewall looked at one version of the bytes, and the host put together
/// the other. IPv6 forbids it (RFC 5722), and so does this for both.
/// </remarks>
public sealed class FragmentBuffer
{
    private const int Unit = 8;
    private const int LongestPayload = 65_535;

    private readonly List<Hole> _holes = [new(0, int.MaxValue)];
    private byte[] _bytes = [];
    private int? _length;

    /// <summary>What is still missing, in order.</summary>
    public IReadOnlyList<Hole> Holes => [.. _holes];

    /// <summary>Why the packet was given up; empty if it was not.</summary>
    public string Refusal { get; private set; } = "";

    /// <summary>The whole, once it is complete.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public ReadOnlyMemory<byte> Whole => _holes.Count == 0 && Refusal.Length == 0 ? _bytes.AsMemory(0, _length!.Value)
        : throw new InvalidOperationException(Refusal.Length > 0 ? Refusal : $"Bytes are missing: {string.Join("; ", _holes)}.");

    /// <summary>Takes a fragment.</summary>
    /// <param name="offset">Where its first byte belongs.</param>
    /// <param name="more">Whether it says that others follow it.</param>
    /// <param name="bytes">What it brings; copied.</param>
    /// <returns>What became of it. Once a packet is given up, every further fragment of it is refused too.</returns>
    public FragmentFate Add(int offset, bool more, ReadOnlySpan<byte> bytes)
    {
        if (Refusal.Length == 0)
        {
            Refusal = Problem(offset, more, bytes);
        }

        if (Refusal.Length > 0)
        {
            return FragmentFate.Refused;
        }

        var (first, last) = (offset, offset + bytes.Length - 1);
        var hole = _holes.FindIndex(hole => hole.First <= last && hole.Last >= first);
        if (hole < 0)
        {
            return FragmentFate.Duplicate; // that its bytes are the same has been looked at
        }

        Fill(hole, first, last, more);
        Keep(offset, bytes);
        return _holes.Count == 0 ? FragmentFate.Completed : FragmentFate.Kept;
    }

    private void Fill(int index, int first, int last, bool more)
    {
        var hole = _holes[index];
        _holes.RemoveAt(index);
        if (last < hole.Last && more)
        {
            _holes.Insert(index, hole with { First = last + 1 });
        }

        if (first > hole.First)
        {
            _holes.Insert(index, hole with { Last = first - 1 });
        }

        _length = more ? _length : last + 1;
    }

    private void Keep(int offset, ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length < offset + bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(LongestPayload, Math.Max(offset + bytes.Length, 2 * _bytes.Length)));
        }

        bytes.CopyTo(_bytes.AsSpan(offset));
    }

    private string Problem(int offset, bool more, ReadOnlySpan<byte> bytes)
    {
        var end = offset + bytes.Length;
        return bytes.IsEmpty ? "A fragment brings no bytes."
            : offset < 0 || offset % Unit != 0 ? InvariantText.Format($"A fragment begins at byte {offset:N0}, which is no multiple of {Unit}.")
            : more && bytes.Length % Unit != 0 ? InvariantText.Format($"A fragment that is not the last has {bytes.Length:N0} bytes, which is no multiple of {Unit}: the next could not begin where it ends.")
            : end > LongestPayload ? InvariantText.Format($"A fragment ends at byte {end:N0}; no packet has more than {LongestPayload:N0}. (Machines that did not look were brought down so: the 'ping of death'.)")
            : _length is { } length && (end > length || (!more && end != length)) ? InvariantText.Format($"A fragment ends at byte {end:N0}, and the last fragment has said that the packet ends at {length:N0}.")
            : !more && HasBytesFrom(end) ? InvariantText.Format($"The last fragment ends at byte {end:N0}, and others have brought bytes that lie beyond.")
            : Overlap(offset, bytes);
    }

    // Some byte at or after this place has come already: the unending hole begins later.
    private bool HasBytesFrom(int end) => _length is null && _holes[^1].First > end;

    private string Overlap(int offset, ReadOnlySpan<byte> bytes)
    {
        var (first, last) = (offset, offset + bytes.Length - 1);
        var touched = _holes.Where(hole => hole.First <= last && hole.Last >= first).ToList();
        return touched switch
        {
            [] when _bytes.AsSpan(offset, bytes.Length).SequenceEqual(bytes) => "",
            [] => InvariantText.Format($"Bytes {first:N0} to {last:N0} have come twice, and differ: one of the two is forged."),
            [var hole] when hole.First <= first && hole.Last >= last => "",
            _ => InvariantText.Format($"Bytes {first:N0} to {last:N0} overlap what has come before: fragments never do, unless somebody wants them to (RFC 5722)."),
        };
    }
}
