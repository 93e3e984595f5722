using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>What became of a packet that a host has received.</summary>
/// <typeparam name="TPacket">The packet.</typeparam>
/// <param name="Fate">What became of it.</param>
/// <param name="Packet">The whole packet; null unless it is complete.</param>
/// <param name="Detail">Why, or what is missing, for people.</param>
public sealed record Reassembled<TPacket>(FragmentFate Fate, TPacket? Packet, string Detail)
    where TPacket : class
{
    /// <summary>The same in one line.</summary>
    public override string ToString() => Detail.Length > 0 ? $"{InvariantText.Of(Fate)}: {Detail}" : InvariantText.Of(Fate);
}

/// <summary>
/// What a receiving host does with fragments: it keeps those of each packet apart, puts them together, and gives up what does not become whole in time.
/// Bounded in time and in memory, because fragments that are never completed cost their sender nothing.
/// </summary>
/// <typeparam name="TPacket">The packet.</typeparam>
public abstract class Reassembler<TPacket>
    where TPacket : class
{
    /// <summary>How many packets are put together at a time; then the oldest is given up.</summary>
    public const int MaxPackets = 256;

    private readonly Dictionary<object, Parts> _parts = [];
    private readonly TimeSpan _patience;

    // RFC 1122, section 3.3.2: between 60 and 120 s, and the same for every packet.
    private protected Reassembler(TimeSpan? patience) => _patience = patience ?? TimeSpan.FromSeconds(60);

    private sealed record Parts(FragmentBuffer Buffer, TimeSpan Began)
    {
        /// <summary>The fragment that brought the beginning: its header becomes the whole packet's.</summary>
        public TPacket? First { get; set; }
    }

    /// <summary>How many packets are not complete.</summary>
    public int Pending => _parts.Count;

    /// <summary>Takes a packet.</summary>
    /// <param name="packet">A fragment; or a whole packet, which is handed back at once.</param>
    /// <param name="now">The time, from wherever the caller counts it; only differences matter.</param>
    public Reassembled<TPacket> Add(TPacket packet, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (Describe(packet) is not { } fragment || (fragment.Offset == 0 && !fragment.More && !_parts.ContainsKey(fragment.Key)))
        {
            return Restored(packet, Describe(packet)?.Bytes);
        }

        if (!_parts.TryGetValue(fragment.Key, out var parts) || IsTooOld(parts, now))
        {
            MakeRoom();
            _parts[fragment.Key] = parts = new Parts(new FragmentBuffer(), now);
        }

        parts.First = fragment.Offset == 0 ? parts.First ?? packet : parts.First;
        var fate = parts.Buffer.Add(fragment.Offset, fragment.More, fragment.Bytes.Span);
        if (fate != FragmentFate.Completed)
        {
            return new Reassembled<TPacket>(fate, null, fate == FragmentFate.Refused ? parts.Buffer.Refusal : $"missing are bytes {string.Join("; ", parts.Buffer.Holes)}");
        }

        _parts.Remove(fragment.Key);
        return Restored(parts.First!, parts.Buffer.Whole);
    }

    /// <summary>Gives up what has waited too long for its missing fragments.</summary>
    /// <param name="now">The time.</param>
    /// <returns>
    /// Of each the fragment with its beginning, null if that has not come: only to the sender of one that has come is an error sent, ICMP type 11, code 1 (RFC 792).
    /// </returns>
    public IReadOnlyList<TPacket?> Expire(TimeSpan now)
    {
        List<KeyValuePair<object, Parts>>? old = null;
        foreach (var entry in _parts)
        {
            if (IsTooOld(entry.Value, now))
            {
                (old ??= []).Add(entry);
            }
        }

        old?.ForEach(entry => _parts.Remove(entry.Key));
        return old is null ? [] : [.. old.Select(entry => entry.Value.First)];
    }

    /// <summary>What a packet says about being a fragment; null if it is whole.</summary>
    private protected abstract (object Key, int Offset, bool More, ReadOnlyMemory<byte> Bytes)? Describe(TPacket packet);

    /// <summary>The whole packet, of its first fragment and all bytes; null, and why, if that is none.</summary>
    private protected abstract TPacket? Restore(TPacket first, ReadOnlyMemory<byte> whole, out string problem);

    private Reassembled<TPacket> Restored(TPacket first, ReadOnlyMemory<byte>? whole)
    {
        var problem = "";
        var packet = whole is { } bytes ? Restore(first, bytes, out problem) : first;
        return new Reassembled<TPacket>(packet is null ? FragmentFate.Refused : FragmentFate.Completed, packet, problem);
    }

    private bool IsTooOld(Parts parts, TimeSpan now) => now - parts.Began >= _patience;

    private void MakeRoom()
    {
        if (_parts.Count == MaxPackets)
        {
            _parts.Remove(_parts.MinBy(entry => entry.Value.Began).Key);
        }
    }
}

/// <summary>Puts IPv4 packets together. Fragments belong together that have the same source, destination, protocol and identification (RFC 791, section 3.2).</summary>
/// <param name="patience">How long to wait for what is missing; 60 seconds unless told otherwise.</param>
public sealed class Ipv4Reassembler(TimeSpan? patience = null) : Reassembler<Ipv4Packet>(patience)
{
    private protected override (object Key, int Offset, bool More, ReadOnlyMemory<byte> Bytes)? Describe(Ipv4Packet packet) => packet.Header is { IsFragment: true } header
        ? ((header.Source, header.Destination, header.Protocol, header.Identification), header.FragmentOffset, header.MoreFragments, packet.Payload)
        : null;

    private protected override Ipv4Packet? Restore(Ipv4Packet first, ReadOnlyMemory<byte> whole, out string problem)
    {
        var header = first.Header with { FragmentOffset = 0, MoreFragments = false };
        var fits = header.Length + whole.Length <= Ipv4Header.LongestPacket;
        problem = fits ? "" : InvariantText.Format($"Put together, the packet would have {header.Length + whole.Length:N0} bytes; none has more than {Ipv4Header.LongestPacket:N0}.");
        return fits ? new Ipv4Packet(header, whole) : null;
    }
}

/// <summary>Puts IPv6 packets together. Fragments belong together that have the same source, destination and identification (RFC 8200, section 4.5).</summary>
/// <param name="patience">How long to wait for what is missing; 60 seconds unless told otherwise.</param>
public sealed class Ipv6Reassembler(TimeSpan? patience = null) : Reassembler<Ipv6Packet>(patience)
{
    private protected override (object Key, int Offset, bool More, ReadOnlyMemory<byte> Bytes)? Describe(Ipv6Packet packet)
    {
        if (packet.Fragment is not { } extension)
        {
            return null;
        }

        var (offset, more, identification) = extension.ReadFragment();
        return ((packet.Header.Source, packet.Header.Destination, identification), offset, more, packet.Payload);
    }

    private protected override Ipv6Packet? Restore(Ipv6Packet first, ReadOnlyMemory<byte> whole, out string problem)
    {
        var packet = new Ipv6Packet(first.Header, first.Protocol, whole) { Extensions = [.. first.Extensions.Where(extension => extension.Type != IpProtocol.Fragment)] };
        if (packet.Length - Ipv6Header.Length > Ipv6Header.LongestPayload)
        {
            problem = InvariantText.Format($"Put together, {packet.Length - Ipv6Header.Length:N0} bytes would follow the header; there is room for {Ipv6Header.LongestPayload:N0}.");
            return null;
        }

        // Extension headers that were cut with the payload are seen only now.
        return Ipv6Packet.TryParse(packet.ToBytes(), out var restored, out problem) ? restored : null;
    }
}
