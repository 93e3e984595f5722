using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>The outcome of adding a fragment.</summary>
public enum FragmentFate
{
    /// <summary>It filled a hole or a part of one; other holes remain.</summary>
    Kept,

    /// <summary>It filled the last hole: the packet is complete.</summary>
    Completed,

    /// <summary>All its bytes had arrived before, with the same values; it changes nothing.</summary>
    Duplicate,

    /// <summary>It is invalid, and the whole packet is discarded.</summary>
    Refused,
}

/// <summary>A range of bytes of a packet that have not arrived yet.</summary>
/// <param name="First">The offset of the first byte.</param>
/// <param name="Last">The offset of the last byte; <see cref="int.MaxValue"/> while the packet's end is unknown.</param>
public readonly record struct Hole(int First, int Last)
{
    /// <summary>The hole as text: <c>1,480 to 2,959</c>.</summary>
    public override string ToString() => Last == int.MaxValue
        ? InvariantText.Format($"{First:N0} and all that follows")
        : InvariantText.Format($"{First:N0} to {Last:N0}");
}

/// <summary>
/// Reassembles one packet from its fragments, in whatever order they arrive. It keeps a list of the holes between them (RFC 815):
/// at first everything is one hole without an end, and once the list is empty the packet is complete.
/// </summary>
/// <remarks>
/// RFC 791 lets a fragment overwrite bytes of earlier ones. Attackers used this to evade firewalls: the firewall inspected one
/// version of the bytes, and the host reassembled the other. IPv6 forbids it (RFC 5722), and this class refuses it for both
/// versions.
/// </remarks>
public sealed class FragmentBuffer
{
    private const int Unit = 8;
    private const int MaxPayloadLength = 65_535;

    private readonly List<Hole> _holes = [new(0, int.MaxValue)];
    private byte[] _bytes = [];
    private int? _length;

    /// <summary>The bytes that are still missing, in order.</summary>
    public IReadOnlyList<Hole> Holes => [.. _holes];

    /// <summary>Why the packet was discarded; empty if it was not.</summary>
    public string Refusal { get; private set; } = "";

    /// <summary>The reassembled bytes, once they are complete.</summary>
    /// <exception cref="InvalidOperationException">Bytes are missing, or the packet was discarded.</exception>
    public ReadOnlyMemory<byte> Whole => _holes.Count == 0 && Refusal.Length == 0
        ? _bytes.AsMemory(0, _length!.Value)
        : throw new InvalidOperationException(
            Refusal.Length > 0 ? Refusal : $"Bytes are missing: {string.Join("; ", _holes)}.");

    /// <summary>Adds a fragment.</summary>
    /// <param name="offset">The offset of its first byte in the packet.</param>
    /// <param name="more">Whether its flag says that more fragments follow.</param>
    /// <param name="bytes">Its bytes; copied.</param>
    /// <returns>The outcome. Once a packet is discarded, all further fragments of it are refused too.</returns>
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
            return FragmentFate.Duplicate; // its bytes were compared by Problem
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
            Array.Resize(ref _bytes, Math.Min(MaxPayloadLength, Math.Max(offset + bytes.Length, 2 * _bytes.Length)));
        }

        bytes.CopyTo(_bytes.AsSpan(offset));
    }

    private string Problem(int offset, bool more, ReadOnlySpan<byte> bytes)
    {
        var end = offset + bytes.Length;
        return bytes.IsEmpty ? "A fragment carries no bytes."
            : offset < 0 || offset % Unit != 0
                ? InvariantText.Format($"A fragment begins at byte {offset:N0}, which is not a multiple of {Unit}.")
            : more && bytes.Length % Unit != 0
                ? InvariantText.Format(
                    $"A fragment that is not the last has {bytes.Length:N0} bytes, which is not a multiple of {Unit}")
                    + ": the next could not begin where it ends."
            : end > MaxPayloadLength
                ? InvariantText.Format($"A fragment ends at byte {end:N0}; no packet has more than {MaxPayloadLength:N0}.")
                    + " (Such packets crashed hosts that did not check: the 'ping of death'.)"
            : _length is { } length && (end > length || (!more && end != length))
                ? InvariantText.Format(
                    $"A fragment ends at byte {end:N0}, but according to the last fragment the packet ends at {length:N0}.")
            : !more && HasBytesFrom(end)
                ? InvariantText.Format($"The last fragment ends at byte {end:N0}, but bytes beyond it have already arrived.")
            : Overlap(offset, bytes);
    }

    // Whether any byte at or after this offset has arrived: then the hole without an end begins later.
    private bool HasBytesFrom(int end) => _length is null && _holes[^1].First > end;

    private string Overlap(int offset, ReadOnlySpan<byte> bytes)
    {
        var (first, last) = (offset, offset + bytes.Length - 1);
        var touched = _holes.Where(hole => hole.First <= last && hole.Last >= first).ToList();
        return touched switch
        {
            [] when _bytes.AsSpan(offset, bytes.Length).SequenceEqual(bytes) => "",
            [] => InvariantText.Format(
                $"Bytes {first:N0} to {last:N0} arrived twice with different values: one of the two fragments is forged."),
            [var hole] when hole.First <= first && hole.Last >= last => "",
            _ => InvariantText.Format(
                $"Bytes {first:N0} to {last:N0} overlap earlier fragments, which never happens by accident (RFC 5722)."),
        };
    }
}
