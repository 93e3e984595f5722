using System.Globalization;
using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>Draws a capture as a ladder diagram, with one arrow per packet.</summary>
internal static class CaptureLadder
{
    private const string Numbers =
        " seq and ack are relative to each side's initial number; SYN and FIN take up one number each.";
    private const int ShownText = 10;

    public static LadderDiagram Of(Capture capture, bool states)
    {
        var parties = new CaptureParties(capture.Packets);
        var drawn = Draw(capture, parties);
        var numbers = drawn.Any(arrow => arrow.Packet.Tcp is not null) ? Numbers : "";
        return new LadderDiagram(capture.Note, parties.Names)
        {
            Caption = $"One arrow per packet, with its number.{numbers} Distances are not to scale; the times are given beside."
                + NotDrawn(capture, drawn.Count),
            Details = parties.Details,
            Spacing = LadderSpacing.Even,
            Noun = "packet",
            Messages = [.. drawn.Select(arrow => MessageOf(arrow, parties))],
            Notes = states ? [.. States(capture, drawn.ToDictionary(arrow => arrow.Packet), parties.AreHosts)] : [],
        };
    }

    private readonly record struct Arrow(CapturedPacket Packet, string From, string To, TimeSpan At);

    // Ordered by time. Every packet gets its own row, even if a coarse clock gives several packets the same time.
    private static List<Arrow> Draw(Capture capture, CaptureParties parties)
    {
        var (arrows, last) = (new List<Arrow>(), TimeSpan.MinValue);
        foreach (var packet in capture.Packets.OrderBy(packet => packet.Time))
        {
            if (parties.Of(packet) is var (from, to))
            {
                last = packet.Time > last ? packet.Time : last + TimeSpan.FromTicks(1);
                arrows.Add(new Arrow(packet, from, to, last));
            }
        }

        return arrows;
    }

    private static LadderMessage MessageOf(Arrow arrow, CaptureParties parties) =>
        new(arrow.From, arrow.To, arrow.At, arrow.At, Label(arrow.Packet, parties), KindOf(arrow.Packet))
        {
            Detail = Detail(arrow.Packet),
            IsNotable = IsNotable(arrow.Packet),
        };

    private static string NotDrawn(Capture capture, int drawn)
    {
        var without = capture.Packets.Count(packet => packet.Ends is null);
        var others = capture.Packets.Count - drawn - without;
        string[] hidden =
        [
            others > 0 ? InvariantText.Format($"{others:N0} between others") : "",
            without > 0 ? InvariantText.Format($"{without:N0} without sender and receiver") : "",
        ];
        return others + without == 0 ? "" : $" Not drawn: {string.Join(", and ", hidden.Where(part => part.Length > 0))}.";
    }

    private static IEnumerable<LadderNote> States(Capture capture, Dictionary<CapturedPacket, Arrow> drawn, bool withPorts)
    {
        var trace = new TcpStateTrace();
        foreach (var packet in capture.Packets)
        {
            foreach (var change in trace.Follow(packet))
            {
                if (drawn.TryGetValue(packet, out var arrow))
                {
                    var port = withPorts ? InvariantText.Format($"{change.Own.Port}: ") : "";
                    var party = change.Own.Equals(packet.Source) ? arrow.From : arrow.To;
                    yield return new LadderNote(party, arrow.At, port + TcpTable.Name(change.State));
                }
            }
        }
    }

    private static string Label(CapturedPacket packet, CaptureParties parties)
    {
        var label = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{packet.Number}: ");
        label.Append(parties.Rest(packet) is { Length: > 0 } rest ? rest + " " : "").Append(packet.Kind);
        if (packet is { Tcp: { } tcp, Position: { } position })
        {
            label.Append(CultureInfo.InvariantCulture, $" · seq {position.Sequence}");
            label.Append(tcp.Has(ControlBits.Ack) ? InvariantText.Format($" · ack {position.Acknowledgment}") : "");
        }

        if (packet.HasData)
        {
            label.Append(" · ").Append(packet.DataLength);
            label.Append(packet.Payload.Length is > 0 and <= ShownText ? " " + packet.Text : "");
        }

        return label.Append(packet.Position?.Remark is { Length: > 0 } remark ? " · " + remark : "").ToString();
    }

    private static string Detail(CapturedPacket packet)
    {
        var window = packet.Position?.Window is { } open ? InvariantText.Format($"window {open:N0}") : "";
        var options = packet.Tcp is { Options.Count: > 0 } tcp && tcp.Has(ControlBits.Syn) ? string.Join(", ", tcp.Options) : "";
        var cut = packet.IsCut
            ? InvariantText.Format($"cut off: {packet.Bytes.Length:N0} of {packet.Length:N0} bytes captured")
            : "";
        return string.Join(" · ", new[] { packet.Text, window, options, cut }.Where(part => part.Length > 0));
    }

    private static MessageKind KindOf(CapturedPacket packet) => packet.Position is { IsRepeated: true } ? MessageKind.Repeated
        : packet.HasData ? MessageKind.Ordinary : MessageKind.Control;

    // Packets that begin or end a conversation, and anything that goes wrong in between.
    private static bool IsNotable(CapturedPacket packet) =>
        packet.Position is { IsRepeated: true } or { Remark.Length: > 0 } || packet.Icmp is { IsError: true }
        || (packet.Tcp is { } tcp && (tcp.Flags & (ControlBits.Syn | ControlBits.Fin | ControlBits.Rst)) != 0);
}
