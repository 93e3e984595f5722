using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>The result of passing a received packet to a reassembler.</summary>
/// <typeparam name="TPacket">The type of packet.</typeparam>
/// <param name="Fate">The outcome.</param>
/// <param name="Packet">The complete packet; null if it is not complete.</param>
/// <param name="Detail">A human-readable reason, or the bytes that are missing.</param>
public sealed record Reassembled<TPacket>(FragmentFate Fate, TPacket? Packet, string Detail)
    where TPacket : class
{
    /// <summary>The result in one line.</summary>
    public override string ToString() => Detail.Length > 0 ? $"{InvariantText.Of(Fate)}: {Detail}" : InvariantText.Of(Fate);
}

/// <summary>
/// Reassembles packets from fragments, as a receiving host does: it keeps the fragments of different packets apart, and discards
/// a packet that does not become complete in time. It bounds both time and memory, because fragments that are never completed
/// cost their sender nothing.
/// </summary>
/// <typeparam name="TPacket">The type of packet.</typeparam>
public abstract class Reassembler<TPacket>
    where TPacket : class
{
    /// <summary>
    /// The maximum number of incomplete packets. When it is reached, the oldest is discarded to make room.
    /// </summary>
    public const int MaxPackets = 256;

    private readonly Dictionary<object, Parts> _parts = [];
    private readonly TimeSpan _patience;

    // RFC 1122, section 3.3.2: between 60 and 120 s, and the same for every packet.
    private protected Reassembler(TimeSpan? patience) => _patience = patience ?? TimeSpan.FromSeconds(60);

    private sealed record Parts(FragmentBuffer Buffer, TimeSpan Began)
    {
        /// <summary>The first fragment, whose header becomes that of the whole packet; null until it arrives.</summary>
        public TPacket? First { get; set; }
    }

    /// <summary>The number of incomplete packets.</summary>
    public int Pending => _parts.Count;

    /// <summary>Adds a packet.</summary>
    /// <param name="packet">A fragment, or a whole packet, which is returned at once.</param>
    /// <param name="now">The current time, from any starting point; only differences matter.</param>
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
            return new Reassembled<TPacket>(
                fate,
                null,
                fate == FragmentFate.Refused
                    ? parts.Buffer.Refusal
                    : $"missing bytes: {string.Join("; ", parts.Buffer.Holes)}");
        }

        _parts.Remove(fragment.Key);
        return Restored(parts.First!, parts.Buffer.Whole);
    }

    /// <summary>Discards packets whose missing fragments have not arrived in time.</summary>
    /// <param name="now">The current time.</param>
    /// <returns>
    /// The first fragment of each packet discarded; null if it has not arrived. Only if it has, the sender is told: ICMP type 11,
    /// code 1 (RFC 792).
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

    /// <summary>The packet's fragment fields; null if it is not a fragment.</summary>
    private protected abstract (object Key, int Offset, bool More, ReadOnlyMemory<byte> Bytes)? Describe(TPacket packet);

    /// <summary>
    /// Builds the whole packet from its first fragment and all its bytes; null, and the reason, if it is not valid.
    /// </summary>
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

/// <summary>
/// Reassembles IPv4 packets. Fragments with the same source, destination, protocol and identification belong together (RFC 791,
/// section 3.2).
/// </summary>
/// <param name="patience">How long to wait for missing fragments; 60 seconds by default.</param>
public sealed class Ipv4Reassembler(TimeSpan? patience = null) : Reassembler<Ipv4Packet>(patience)
{
    private protected override (object Key, int Offset, bool More, ReadOnlyMemory<byte> Bytes)? Describe(Ipv4Packet packet) =>
        packet.Header is { IsFragment: true } header
            ? (
                (header.Source, header.Destination, header.Protocol, header.Identification),
                header.FragmentOffset,
                header.MoreFragments,
                packet.Payload)
            : null;

    private protected override Ipv4Packet? Restore(Ipv4Packet first, ReadOnlyMemory<byte> whole, out string problem)
    {
        var header = first.Header with { FragmentOffset = 0, MoreFragments = false };
        var length = header.Length + whole.Length;
        var fits = length <= Ipv4Header.MaxPacketLength;
        problem = fits ? "" : InvariantText.Format(
            $"The whole packet would have {length:N0} bytes; the limit is {Ipv4Header.MaxPacketLength:N0}.");
        return fits ? new Ipv4Packet(header, whole) : null;
    }
}

/// <summary>
/// Reassembles IPv6 packets. Fragments with the same source, destination and identification belong together (RFC 8200, section
/// 4.5).
/// </summary>
/// <param name="patience">How long to wait for missing fragments; 60 seconds by default.</param>
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
        var packet = new Ipv6Packet(first.Header, first.Protocol, whole)
        {
            Extensions = [.. first.Extensions.Where(extension => extension.Type != IpProtocol.Fragment)],
        };
        if (packet.Length - Ipv6Header.Length > Ipv6Header.MaxPayloadLength)
        {
            var length = packet.Length - Ipv6Header.Length;
            problem = InvariantText.Format(
                $"After reassembly, {length:N0} bytes would follow the header; the limit is {Ipv6Header.MaxPayloadLength:N0}.");
            return null;
        }

        // Extension headers that were cut with the payload can be examined only now.
        return Ipv6Packet.TryParse(packet.ToBytes(), out var restored, out problem) ? restored : null;
    }
}
