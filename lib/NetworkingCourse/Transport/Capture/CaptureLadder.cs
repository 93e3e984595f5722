using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>Draws a capture as a ladder: an arrow a packet.</summary>
internal static class CaptureLadder
{
    private const string Numbers = " seq and ack are counted from each side's first number; a SYN and a FIN take one number each.";
    private const int ShownText = 10;

    public static LadderDiagram Of(Capture capture, bool states, string? title = null)
    {
        var parties = new CaptureParties(capture.Packets);
        var drawn = capture.Packets.Select(packet => (Packet: packet, Ends: parties.Of(packet))).Where(each => each.Ends is not null)
            .OrderBy(each => each.Packet.Time).Select(each => (each.Packet, each.Ends!.Value.From, each.Ends.Value.To)).ToList();
        var moments = Moments(drawn.Select(each => each.Packet));
        return new LadderDiagram(title ?? capture.Note, parties.Names)
        {
            Caption = $"An arrow a packet, with its number.{(drawn.Any(each => each.Packet.Tcp is not null) ? Numbers : "")} Distances are not to scale: the times are written beside.{NotDrawn(capture, drawn.Count)}",
            Details = parties.Details,
            Spacing = LadderSpacing.Even,
            Noun = "packet",
            Messages =
            [
                .. drawn.Select(each => new LadderMessage(each.From, each.To, moments[each.Packet.Number], moments[each.Packet.Number], Label(each.Packet, parties), KindOf(each.Packet))
                {
                    Detail = Detail(each.Packet),
                    IsNotable = IsNotable(each.Packet),
                }),
            ],
            Notes = states ? [.. States(capture, drawn.ToDictionary(each => each.Packet, each => (each.From, each.To)), moments, parties.AreHosts)] : [],
        };
    }

    private static string NotDrawn(Capture capture, int drawn)
    {
        var without = capture.Packets.Count(packet => packet.Ends is null);
        var others = capture.Packets.Count - drawn - without;
        string[] hidden = [others > 0 ? Words.Invariant($"{others:N0} between others") : "", without > 0 ? Words.Invariant($"{without:N0} that do not say between whom they went") : ""];
        return others + without == 0 ? "" : $" Not drawn: {string.Join(", and ", hidden.Where(part => part.Length > 0))}.";
    }

    // Every packet has a row of its own, even where a clock gives several the same time.
    private static Dictionary<int, TimeSpan> Moments(IEnumerable<CapturedPacket> packets)
    {
        var (moments, last) = (new Dictionary<int, TimeSpan>(), TimeSpan.MinValue);
        foreach (var packet in packets)
        {
            last = packet.Time > last ? packet.Time : last + TimeSpan.FromTicks(1);
            moments[packet.Number] = last;
        }

        return moments;
    }

    private static IEnumerable<LadderNote> States(
        Capture capture, Dictionary<CapturedPacket, (string From, string To)> drawn, Dictionary<int, TimeSpan> moments, bool withPorts)
    {
        var trace = new TcpStateTrace();
        foreach (var packet in capture.Packets)
        {
            foreach (var change in trace.Follow(packet))
            {
                if (drawn.TryGetValue(packet, out var ends))
                {
                    var port = withPorts ? Words.Invariant($"{change.Own.Port}: ") : "";
                    yield return new LadderNote(change.Own.Equals(packet.Source) ? ends.From : ends.To, moments[packet.Number], port + TcpTable.Name(change.State));
                }
            }
        }
    }

    private static string Label(CapturedPacket packet, CaptureParties parties)
    {
        var ends = parties.Rest(packet) is { Length: > 0 } rest ? rest + " " : "";
        var data = !packet.HasData ? "" : $" · {packet.DataLength}{(packet.Payload.Length <= ShownText ? $" {packet.Text}" : "")}".TrimEnd();
        return packet switch
        {
            { Tcp: { } tcp, Position: { } position } =>
                Words.Invariant($"{packet.Number}: {ends}{tcp.FlagNames} · seq {position.Sequence}{(tcp.Has(ControlBits.Ack) ? Words.Invariant($" · ack {position.Acknowledgment}") : "")}{data}{(position.Remark.Length > 0 ? $" · {position.Remark}" : "")}"),
            _ => Words.Invariant($"{packet.Number}: {ends}{packet.Kind}{data}"),
        };
    }

    private static string Detail(CapturedPacket packet)
    {
        var window = packet.Position?.Window is { } open ? Words.Invariant($"window {open:N0}") : "";
        var options = packet.Tcp is { Options.Count: > 0 } tcp && tcp.Has(ControlBits.Syn) ? string.Join(", ", tcp.Options) : "";
        var cut = packet.IsCut ? Words.Invariant($"cut off: {packet.Bytes.Length:N0} of {packet.Length:N0} bytes captured") : "";
        return string.Join(" · ", new[] { packet.Text, window, options, cut }.Where(part => part.Length > 0));
    }

    private static MessageKind KindOf(CapturedPacket packet) =>
        packet.Position is { IsRepeated: true } ? MessageKind.Repeated : packet.HasData ? MessageKind.Ordinary : MessageKind.Control;

    // How conversations begin and end, and what goes wrong in between.
    private static bool IsNotable(CapturedPacket packet) => packet.Position is { IsRepeated: true } or { Remark.Length: > 0 } || packet.Icmp is { IsError: true }
        || (packet.Tcp is { } tcp && (tcp.Flags & (ControlBits.Syn | ControlBits.Fin | ControlBits.Rst)) != 0);
}
