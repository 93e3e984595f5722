using System.Globalization;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>The traffic between two endpoints by one protocol, in both directions.</summary>
/// <param name="Number">
/// The conversation's number in the overview, counted from 1 in the order in which the conversations began.
/// </param>
/// <param name="Protocol">The protocol.</param>
/// <param name="From">The endpoint that sent the first packet; for TCP, the one that requested the connection.</param>
/// <param name="To">The other endpoint.</param>
/// <param name="Packets">The packets.</param>
internal sealed record CaptureConversation(
    int Number, string Protocol, PacketEnd? From, PacketEnd? To, IReadOnlyList<CapturedPacket> Packets)
{
    private const int ShownText = 30;

    public long Bytes => Packets.Sum(packet => (long)packet.Length);

    /// <summary>A one-line description: how the conversation went, and its first data.</summary>
    public string Story
    {
        get
        {
            var said = Packets.FirstOrDefault(packet => packet.HasData && !packet.Payload.IsEmpty);
            var text = said is null ? "" : Octets.TextOrHex(said.Payload.Span, ShownText);
            var course = Packets.Any(packet => packet.Tcp is not null) ? Course() : Kinds();
            return string.Join(" · ", new[] { course, text }.Where(part => part.Length > 0));
        }
    }

    /// <summary>The protocol and the endpoints: <c>TCP 192.0.2.1:4000 → 198.51.100.7:80</c>.</summary>
    public override string ToString() => From is null ? Protocol : $"{Protocol} {From} → {To}";

    // How the connection began and ended.
    private string Course()
    {
        var tcp = Packets.Where(packet => packet.Tcp is not null).ToList();
        var isCalled = tcp.Any(packet => packet.Tcp!.IsCall);
        var isAnswered = tcp.Any(packet => packet.Tcp!.Has(ControlBits.Syn) && !packet.Tcp.IsCall);
        var reset = tcp.Any(packet => packet.Tcp!.Has(ControlBits.Rst));
        var closed = tcp.Where(packet => packet.Tcp!.Has(ControlBits.Fin)).Select(packet => packet.Source!).Distinct().Count();
        var repeated = tcp.Count(packet => packet.Position is { IsRepeated: true });
        var end = isCalled && !isAnswered && reset ? "refused"
            : isCalled && tcp.TrueForAll(packet => packet.Tcp!.IsCall) ? "no answer"
            : reset ? "reset" : closed == 2 ? "closed" : closed == 1 ? "half closed" : isCalled ? "open" : "";
        var again = repeated > 0 ? InvariantText.Format($"{repeated:N0} retransmitted") : "";
        return string.Join(", ", new[] { end, again }.Where(part => part.Length > 0));
    }

    private string Kinds() =>
        string.Join(", ", Packets.Select(packet => packet.Kind).Where(kind => kind != Protocol).Distinct().Take(2));
}

/// <summary>Splits a capture into its conversations.</summary>
internal static class CaptureConversations
{
    /// <summary>Groups packets by conversation.</summary>
    /// <param name="packets">The packets, in order.</param>
    /// <returns>The conversations, in the order in which they began.</returns>
    public static IReadOnlyList<CaptureConversation> Of(IReadOnlyList<CapturedPacket> packets)
    {
        var all = new Dictionary<(string, PacketEnd?, PacketEnd?), List<CapturedPacket>>();
        var inOrder = new List<((string Protocol, PacketEnd? From, PacketEnd? To) Key, List<CapturedPacket> Packets)>();
        foreach (var packet in packets)
        {
            var (protocol, from, to) = KeyOf(packet);
            if (!all.TryGetValue((protocol, from, to), out var own) && !all.TryGetValue((protocol, to, from), out own))
            {
                all[(protocol, from, to)] = own = [];
                inOrder.Add(((protocol, from, to), own));
            }

            own.Add(packet);
        }

        return [.. inOrder.Select((one, i) => IsTurned(one.Key.From, one.Packets)
            ? new CaptureConversation(i + 1, one.Key.Protocol, one.Key.To, one.Key.From, one.Packets)
            : new CaptureConversation(i + 1, one.Key.Protocol, one.Key.From, one.Key.To, one.Packets))];
    }

    /// <summary>Lists the conversations in a table. If there are too many, the ones with the most packets are kept.</summary>
    /// <param name="conversations">The conversations.</param>
    /// <param name="maxRows">The maximum number of rows.</param>
    public static Table Table(IReadOnlyList<CaptureConversation> conversations, int maxRows)
    {
        var shown = conversations.OrderByDescending(one => one.Packets.Count).Take(maxRows).OrderBy(one => one.Number).ToList();
        var hidden = conversations.Count - shown.Count;
        var packets = conversations.Except(shown).Sum(one => (long)one.Packets.Count);
        return new Table(
            ["no.", "protocol", "from", "to", "packets", "bytes", "began (s)", "what"],
            shown.Select(IReadOnlyList<object?> (one) =>
            [
                one.Number, one.Protocol, one.From, one.To,
                InvariantText.Format($"{one.Packets.Count:N0}"), InvariantText.Format($"{one.Bytes:N0}"),
                one.Packets[0].Time.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture), one.Story,
            ]),
            hidden == 0 ? null : InvariantText.Format(
                $"… and {InvariantText.Count(hidden, "more conversation")}, with {packets:N0} packets in total."));
    }

    // An ICMP error belongs to the conversation that it reports on, and an ARP request to the same conversation as its reply.
    private static (string Protocol, PacketEnd? From, PacketEnd? To) KeyOf(CapturedPacket packet) => packet switch
    {
        { Icmp: { About: { } about, AboutSource: { } from, AboutDestination: { } to } } =>
            (IpProtocols.NameOf(about.Protocol), PacketEnd.Of(from), PacketEnd.Of(to)),
        { Arp: { } arp } => (packet.Protocol, new PacketEnd(arp.Sender.ToString()), new PacketEnd(arp.Target.ToString())),
        _ => (packet.Protocol, packet.Ends?.From, packet.Ends?.To),
    };

    // Whether the first captured packet went to the side that requested the connection.
    private static bool IsTurned(PacketEnd? from, List<CapturedPacket> packets) =>
        packets.Find(packet => packet.Tcp?.Has(ControlBits.Syn) == true) is { Tcp: { } tcp, Ends: { } ends }
        && (tcp.IsCall ? ends.From : ends.To) != from;
}
