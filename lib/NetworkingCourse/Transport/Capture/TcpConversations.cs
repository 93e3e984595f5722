using System.Globalization;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The TCP conversations of a capture, followed packet by packet: relative sequence numbers, repetitions, windows, and whether anything is
/// still to come.
/// </summary>
internal sealed class TcpConversations
{
    private const string ScaleOption = "window scale ";
    private const int HighestScale = 14; // a higher one counts as this (RFC 7323, section 2.3)

    private readonly Dictionary<(IPEndPoint From, IPEndPoint To), Direction> _directions = [];

    /// <summary>What one side sends.</summary>
    private sealed class Direction(uint first, bool isFromStart)
    {
        /// <summary>The number from which is counted: that of the SYN, or one before the first that was seen.</summary>
        public uint First { get; } = first;

        public SentBytes Sent { get; } = isFromStart ? new(0, 0) : new(long.MinValue, 1);

        /// <summary>What the other side says that it expects next.</summary>
        public long Acknowledged { get; set; } = isFromStart ? 0 : 1;

        /// <summary>By how much its windows are to be shifted; null if its SYN was not seen, less than 0 if that offered no scale.</summary>
        public int? Scale { get; set; }

        public bool IsReset { get; set; }

        /// <summary>Its last segment; null if there was none.</summary>
        public TcpPosition? Last { get; set; }

        /// <summary>A number of 32 bits, which wraps, as one that does not: the one nearest to where the conversation is (RFC 9293, section 3.4).</summary>
        public long Relative(uint number) => Sent.Next + unchecked((int)(number - First - (uint)Sent.Next));
    }

    /// <summary>Whether all that was sent has been acknowledged, in every conversation that was not reset: nothing more is owed.</summary>
    public bool AreSettled =>
        _directions.Values.All(direction => direction.IsReset || direction.Acknowledged >= direction.Sent.Next);

    /// <summary>Takes the next packet of the capture.</summary>
    /// <returns>Its place in its conversation; null if it is not TCP.</returns>
    public TcpPosition? Follow(CapturedPacket packet)
    {
        if (packet is not { Tcp: { } tcp, Source: { } source, Destination: { } destination })
        {
            return null;
        }

        ForgetOlder(source, destination, tcp);
        // Without its SYN, a side is counted from the first number that is seen of it, in its own segment or in an
        // acknowledgment.
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

    // Segments that carry nothing and yet mean something: flow control speaks by these.
    private static string RemarkOn(TcpPosition now, Direction sent, long expected, TcpPosition? others) => (now, sent.Last) switch
    {
        // Nothing, with a number that has been used: the other side has to answer, which says what its window is, and that it is
        // there.
        ({ Sequence: var number }, _) when number < expected && (number == expected - 1 || number == sent.Acknowledged - 1) =>
            others is { Window: 0 } ? "window probe" : "keep-alive",
        ({ Window: 0 }, _) => "window 0",
        ({ Window: { } window }, { Window: { } before } last) when window > before && now.Acknowledgment == last.Acknowledgment =>
            InvariantText.Format($"window opened to {window:N0}"),
        _ => "",
    };

    // A SYN with another number than the last begins another conversation of the same two ends. So does one that acknowledges
    // what was never sent.
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

    // The window of a SYN is never scaled; all others are, if both sides have offered it (RFC 7323, section 2.2). Nothing is
    // nothing by any scale.
    private static long? Window(TcpHeader tcp, Direction sent, Direction? back) =>
        tcp.Window == 0 || tcp.Has(ControlBits.Syn) ? tcp.Window
        : (sent.Scale, back?.Scale) is ({ } own, { } other) ? (long)tcp.Window << (own > 0 && other >= 0 ? own : 0) : null;
}
