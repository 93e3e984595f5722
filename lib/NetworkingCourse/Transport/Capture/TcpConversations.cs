using System.Globalization;
using System.Net;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>
/// Follows the TCP conversations of a capture packet by packet: relative sequence numbers, retransmissions, windows, and whether
/// anything is still unacknowledged.
/// </summary>
internal sealed class TcpConversations
{
    private const string ScaleOption = "window scale ";
    private const int HighestScale = 14; // a higher value counts as 14 (RFC 7323, section 2.3)

    private readonly Dictionary<(IPEndPoint From, IPEndPoint To), Direction> _directions = [];

    /// <summary>One direction of a conversation: what one side sends.</summary>
    private sealed class Direction(uint first, bool isFromStart)
    {
        /// <summary>
        /// The base of the relative numbers: the sequence number of the SYN, or one less than the first number seen.
        /// </summary>
        public uint First { get; } = first;

        public SentBytes Sent { get; } = isFromStart ? new(0, 0) : new(long.MinValue, 1);

        /// <summary>The number that the other side expects next.</summary>
        public long Acknowledged { get; set; } = isFromStart ? 0 : 1;

        /// <summary>The window scale; null if the SYN was not seen, negative if it offered no scale.</summary>
        public int? Scale { get; set; }

        public bool IsReset { get; set; }

        /// <summary>The last segment; null if there was none.</summary>
        public TcpPosition? Last { get; set; }

        /// <summary>
        /// Converts a 32-bit sequence number, which wraps, to a relative one, which does not. It picks the number nearest to the
        /// current position in the conversation (RFC 9293, section 3.4).
        /// </summary>
        public long Relative(uint number) => Sent.Next + unchecked((int)(number - First - (uint)Sent.Next));
    }

    /// <summary>Whether everything sent has been acknowledged, in every conversation that was not reset.</summary>
    public bool AreSettled =>
        _directions.Values.All(direction => direction.IsReset || direction.Acknowledged >= direction.Sent.Next);

    /// <summary>Processes the next packet of the capture.</summary>
    /// <returns>The packet's position in its conversation; null if it is not TCP.</returns>
    public TcpPosition? Follow(CapturedPacket packet)
    {
        if (packet is not { Tcp: { } tcp, Source: { } source, Destination: { } destination })
        {
            return null;
        }

        ForgetOlder(source, destination, tcp);
        // If the SYN of a side is missing, its numbers are relative to the first one seen, either in its own
        // segments or in an acknowledgment.
        var isFromStart = tcp.Has(ControlBits.Syn);
        var sent = Known((source, destination), isFromStart ? tcp.Sequence : unchecked(tcp.Sequence - 1), isFromStart);
        var back = tcp.Has(ControlBits.Ack) ? Known((destination, source), unchecked(tcp.Acknowledgment - 1), isFromStart: false)
            : _directions.GetValueOrDefault((destination, source));
        sent.Scale = tcp.Has(ControlBits.Syn) ? ScaleIn(tcp) : sent.Scale;
        var sequence = sent.Relative(tcp.Sequence);
        var next = sequence + packet.PayloadLength + (tcp.Has(ControlBits.Syn) ? 1 : 0) + (tcp.Has(ControlBits.Fin) ? 1 : 0);
        var acknowledgment = tcp.Has(ControlBits.Ack) ? back!.Relative(tcp.Acknowledgment) : 0;
        var expected = sent.Sent.Next;
        var isRepeated = next > sequence && !sent.Sent.Add(sequence, next);
        if (back is not null)
        {
            back.Acknowledged = Math.Max(back.Acknowledged, acknowledgment);
        }

        if (tcp.Has(ControlBits.Rst))
        {
            sent.IsReset = true;
            back?.IsReset = true;
        }

        var position = new TcpPosition(sequence, acknowledgment, next, isRepeated, Window(tcp, sent, back));
        var remark = tcp.IsPlainAck && packet.PayloadLength == 0 ? RemarkOn(position, sent, expected, back?.Last)
            : isRepeated || next == sequence ? ""
            : sequence > expected ? InvariantText.Format($"{Octets.Count(sequence - expected)} before it missing")
            : sequence < expected ? "fills a gap" : "";
        return sent.Last = position with { Remark = remark };
    }

    // Segments without data that nevertheless mean something; flow control relies on them.
    private static string RemarkOn(TcpPosition now, Direction sent, long expected, TcpPosition? others) => (now, sent.Last) switch
    {
        // An empty segment with a sequence number already used makes the other side answer, which reveals that side's window and
        // that it is still there.
        ({ Sequence: var number }, _) when number < expected && (number == expected - 1 || number == sent.Acknowledged - 1) =>
            others is { Window: 0 } ? "window probe" : "keep-alive",
        ({ Window: 0 }, _) => "window 0",
        ({ Window: { } window }, { Window: { } before } last) when window > before && now.Acknowledgment == last.Acknowledgment =>
            InvariantText.Format($"window opened to {window:N0}"),
        _ => "",
    };

    // A SYN with a sequence number other than the last one's begins a new conversation between the same endpoints. So does a SYN
    // that acknowledges something never sent.
    private void ForgetOlder(IPEndPoint source, IPEndPoint destination, TcpHeader tcp)
    {
        if (!tcp.Has(ControlBits.Syn))
        {
            return;
        }

        var isOther = _directions.TryGetValue((source, destination), out var old) && old.First != tcp.Sequence;
        var answersOther = !tcp.IsCall && _directions.TryGetValue((destination, source), out var back)
            && back.Relative(tcp.Acknowledgment) is var number && (number < 1 || number > back.Sent.Next);
        if (isOther)
        {
            _directions.Remove((source, destination));
        }

        if (answersOther || (isOther && tcp.IsCall))
        {
            _directions.Remove((destination, source));
        }
    }

    private Direction Known((IPEndPoint From, IPEndPoint To) ends, uint first, bool isFromStart) =>
        _directions.TryGetValue(ends, out var direction) ? direction : _directions[ends] = new Direction(first, isFromStart);

    private static int ScaleIn(TcpHeader tcp)
    {
        var scale = tcp.Options.FirstOrDefault(option => option.StartsWith(ScaleOption, StringComparison.Ordinal));
        return scale is null ? -1 : Math.Min(HighestScale, int.Parse(scale[ScaleOption.Length..], CultureInfo.InvariantCulture));
    }

    // The window of a SYN is never scaled. All others are, provided that both sides offered it (RFC 7323, section 2.2). A
    // window of 0 is 0 at any scale.
    private static long? Window(TcpHeader tcp, Direction sent, Direction? back) =>
        tcp.Window == 0 || tcp.Has(ControlBits.Syn) ? tcp.Window
        : (sent.Scale, back?.Scale) is ({ } own, { } other) ? (long)tcp.Window << (own > 0 && other >= 0 ? own : 0) : null;
}
