using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>Draws a capture as a ladder: an arrow a packet.</summary>
internal static class CaptureLadder
{
    private const string Server = "server";
    private const string Client = "client";
    private const string Everybody = "everybody";
    private const string Numbers = " seq and ack are counted from each side's first number; a SYN and a FIN take one number each.";
    private const int ShownText = 10;

    public static LadderDiagram Of(Capture capture, bool states)
    {
        var names = Names(capture);
        var packets = capture.Packets.Where(packet => packet is { Source: { } from, Destination: { } to } && !from.Equals(to)).ToList();
        var trace = new TcpStateTrace();
        return new LadderDiagram(capture.Note, [.. names.Values])
        {
            Caption = $"An arrow a packet, with its number.{(packets.Any(packet => packet.Tcp is not null) ? Numbers : "")} Distances are not to scale: the times are written beside.",
            Details = names.ToDictionary(name => name.Value, name => name.Key.ToString()),
            Spacing = LadderSpacing.Even,
            Messages =
            [
                .. packets.Select(packet => new LadderMessage(names[packet.Source!], names[packet.Destination!], packet.Time, packet.Time, Label(packet), MessageKindOf(packet))
                {
                    Detail = Detail(packet),
                }),
            ],
            Notes = states
                ? [.. packets.SelectMany(packet => trace.Follow(packet).Select(change => new LadderNote(names[change.Own], packet.Time, TcpTable.Name(change.State))))]
                : [],
        };
    }

    /// <summary>What a packet is, without numbers: <c>PSH, ACK</c>, <c>UDP</c>, <c>ICMP port unreachable</c>.</summary>
    public static string Kind(CapturedPacket packet) => packet switch
    {
        { Tcp: { } tcp } => tcp.FlagNames,
        { Udp: not null } => "UDP",
        { Icmp: { } icmp } => $"ICMP {icmp.Meaning}".TrimEnd(),
        _ => "?",
    };

    private static string Label(CapturedPacket packet)
    {
        var data = packet.Payload.Length == 0 || packet.Icmp is not null ? ""
            : $" · {Octets.Count(packet.Payload.Length)}{(packet.Payload.Length <= ShownText ? $" {packet.Text}" : "")}";
        return packet switch
        {
            { Tcp: { } tcp, Position: { } position } =>
                Words.Invariant($"{packet.Number}: {tcp.FlagNames} · seq {position.Sequence}{(tcp.Has(ControlBits.Ack) ? Words.Invariant($" · ack {position.Acknowledgment}") : "")}{data}{(position.Remark.Length > 0 ? $" · {position.Remark}" : "")}"),
            _ => Words.Invariant($"{packet.Number}: {Kind(packet)}{data}"),
        };
    }

    private static string Detail(CapturedPacket packet)
    {
        var window = packet.Position?.Window is { } open ? Words.Invariant($"window {open:N0}") : "";
        var options = packet.Tcp is { Options.Count: > 0 } tcp && tcp.Has(ControlBits.Syn) ? string.Join(", ", tcp.Options) : "";
        return string.Join(" · ", new[] { packet.Text, window, options }.Where(part => part.Length > 0));
    }

    private static MessageKind MessageKindOf(CapturedPacket packet) =>
        packet.Position is { IsRepeated: true } ? MessageKind.Repeated : packet.Payload.IsEmpty || packet.Icmp is not null ? MessageKind.Control : MessageKind.Ordinary;

    // Who is called is the server, and who calls a client. Whoever is called by an address that is everybody's answers from one of its own.
    private static Dictionary<IPEndPoint, string> Names(Capture capture)
    {
        var ends = capture.Packets.Where(packet => packet.Source is not null && packet.Icmp is null)
            .SelectMany(packet => new[] { packet.Source!, packet.Destination! }).Distinct().ToList();
        var called = capture.Packets.Where(packet => packet.Tcp?.Flags == ControlBits.Syn).Select(packet => packet.Destination!)
            .Concat(capture.Packets.Where(packet => packet.Udp is not null).Select(packet => packet.Destination!).Take(1))
            .Concat(capture.Packets.Where(packet => packet.Destination is not null).Select(packet => packet.Destination!).Take(1))
            .FirstOrDefault();
        var isEverybody = called is not null && (called.Address.Equals(LoopbackBroadcast.Address) || called.Address.Equals(IPAddress.Broadcast));
        var roles = ends.ToDictionary(end => end, end => end.Equals(called) ? (isEverybody ? Everybody : Server) : isEverybody && end.Port == called!.Port ? Server : Client);
        string NameOf(IPEndPoint end) => roles.Values.Count(role => role == roles[end]) == 1 ? roles[end] : Words.Invariant($"{roles[end]} :{end.Port}");
        // Everybody is called from the one side and answers from the other, so that no arrow passes by somebody whom it does not concern.
        string[] order = [Everybody, Client, Server];
        return ends.OrderBy(end => Array.IndexOf(order, roles[end])).ToDictionary(end => end, NameOf);
    }
}
