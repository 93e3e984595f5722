using System.Globalization;
using System.Net;

namespace NetworkingCourse.Transport;

/// <summary>
/// The TCP conversations of a capture, followed packet by packet: relative sequence numbers, repetitions, windows, and whether anything is
/// still to come.
/// </summary>
internal sealed class TcpConversations
{
    private const string ScaleOption = "window scale ";

    private readonly Dictionary<(IPEndPoint From, IPEndPoint To), Direction> _directions = [];

    /// <summary>What one side sends.</summary>
    private sealed class Direction(uint first)
    {
        /// <summary>The number from which is counted: that of the SYN.</summary>
        public uint First { get; } = first;

        /// <summary>The number after the last that was sent, counted from the first.</summary>
        public long Next { get; set; }

        /// <summary>What the other side says that it expects next.</summary>
        public long Acknowledged { get; set; }

        /// <summary>By how much its windows are to be shifted; null if its SYN was not seen, less than 0 if that offered no scale.</summary>
        public int? Scale { get; set; }

        public bool IsReset { get; set; }

        /// <summary>A number of 32 bits, which wraps, as one that does not: the one nearest to where the conversation is (RFC 9293, section 3.4).</summary>
        public long Relative(uint number) => Next + unchecked((int)(number - First - (uint)Next));
    }

    /// <summary>Whether all that was sent has been acknowledged, in every conversation that was not reset: nothing more is owed.</summary>
    public bool AreSettled => _directions.Values.All(direction => direction.IsReset || direction.Acknowledged >= direction.Next);

    /// <summary>Takes the next packet of the capture.</summary>
    /// <returns>Its place in its conversation; null if it is not TCP.</returns>
    public TcpPosition? Follow(CapturedPacket packet)
    {
        if (packet is not { Tcp: { } tcp, Source: { } source, Destination: { } destination })
        {
            return null;
        }

        var (sent, back) = Both(source, destination, tcp);
        var sequence = sent.Relative(tcp.Sequence);
        var next = sequence + packet.Payload.Length + (tcp.Has(ControlBits.Syn) ? 1 : 0) + (tcp.Has(ControlBits.Fin) ? 1 : 0);
        var isRepeated = next > sequence && next <= sent.Next;
        sent.Next = Math.Max(sent.Next, next);
        var acknowledgment = tcp.Has(ControlBits.Ack) ? back.Relative(tcp.Acknowledgment) : 0;
        back.Acknowledged = Math.Max(back.Acknowledged, acknowledgment);
        if (tcp.Has(ControlBits.Rst))
        {
            sent.IsReset = back.IsReset = true;
        }

        return new TcpPosition(sequence, acknowledgment, next, isRepeated, Window(tcp, sent, back));
    }

    private (Direction Sent, Direction Back) Both(IPEndPoint source, IPEndPoint destination, TcpHeader tcp)
    {
        var isNew = tcp.Has(ControlBits.Syn) && _directions.TryGetValue((source, destination), out var old) && old.First != tcp.Sequence;
        if (isNew)
        {
            // The same four-tuple again, for another conversation.
            _directions.Remove((source, destination));
            if (!tcp.Has(ControlBits.Ack))
            {
                _directions.Remove((destination, source));
            }
        }

        // Without a SYN the first number that is seen counts as 1, as if the SYN had come just before it.
        var sent = Known((source, destination), tcp.Has(ControlBits.Syn) ? tcp.Sequence : unchecked(tcp.Sequence - 1), beginsAtOne: !tcp.Has(ControlBits.Syn));
        var back = Known((destination, source), unchecked(tcp.Acknowledgment - 1), beginsAtOne: tcp.Has(ControlBits.Ack));
        if (tcp.Has(ControlBits.Syn))
        {
            var scale = tcp.Options.FirstOrDefault(option => option.StartsWith(ScaleOption, StringComparison.Ordinal));
            sent.Scale = scale is null ? -1 : int.Parse(scale[ScaleOption.Length..], CultureInfo.InvariantCulture);
        }

        return (sent, back);
    }

    private Direction Known((IPEndPoint From, IPEndPoint To) ends, uint first, bool beginsAtOne)
    {
        if (!_directions.TryGetValue(ends, out var direction))
        {
            direction = _directions[ends] = new Direction(first) { Next = beginsAtOne ? 1 : 0 };
            direction.Acknowledged = direction.Next;
        }

        return direction;
    }

    // The window of a SYN is never scaled; all others are, if both sides have offered it (RFC 7323, section 2.2).
    private static long? Window(TcpHeader tcp, Direction sent, Direction back) =>
        tcp.Has(ControlBits.Syn) ? tcp.Window : (sent.Scale, back.Scale) is ({ } own, { } other) ? (long)tcp.Window << (own > 0 && other >= 0 ? own : 0) : null;
}
