using NetworkingCourse.Network;
using NetworkingCourse.Packets;
using static NetworkingCourse.Tests.Support.WrongAnswers;

namespace NetworkingCourse.Tests.Network;

/// <summary>
/// Wrong answers that learners have written, beside the mistakes that the exercises list: what each is told, whatever the seed.
/// </summary>
public class OtherWrongAnswersTests
{
    [Fact]
    public void Delay_parts()
    {
        Told(Exercises.DelayParts, "takes whole milliseconds of the processing", (bytes, links) =>
            Delay(bytes, links, processing => processing.Milliseconds / 1000.0));
        Told(Exercises.DelayParts, "forgets the processing", (bytes, links) =>
            Delay(bytes, links, processing => processing.Seconds));
        var verdict = Told(Exercises.DelayParts, null, (bytes, links) =>
            Delay(bytes + 42, links, processing => processing.TotalSeconds));
        Assert.Contains("1.0336 ms", verdict.ToText());
        Right(Exercises.DelayParts, (bytes, links) => Delay(bytes, links, processing => processing.TotalSeconds));
    }

    [Fact]
    public void Dhcp_options()
    {
        Told(Exercises.DhcpOptions, "looks for a length after the end", bytes => Options(bytes, knowsEnd: false));
        Told(Exercises.DhcpOptions, "takes the length for that of the whole option", bytes => Options(bytes, header: 2));
        Right(Exercises.DhcpOptions, bytes => Options(bytes));
    }

    [Fact]
    public void Slaac_address() => Told(Exercises.SlaacAddress, "changes the card's bytes", (prefix, card) =>
    {
        card[0] ^= 2;
        return ([.. prefix, .. card[..3], 0xFF, 0xFE, .. card[3..]], [0xFF, 2, .. new byte[9], 1, 0xFF, .. card[3..]]);
    });

    [Fact]
    public void Stateful_filter()
    {
        Told(Exercises.StatefulFilter, "forgets what has left after one answer", (protocol, inside) => new Filter(
            (left, packet) => left.Remove(Answered(packet)) || IsOpen(packet, protocol, inside)));
        Told(Exercises.StatefulFilter, "remembers one destination of each source", (protocol, inside) => new Filter(
            (left, packet) => left.FindLast(one => (one.Protocol, one.Source) == (packet.Protocol, packet.Destination))
                ?.Destination == packet.Source || IsOpen(packet, protocol, inside)));
        Told(Exercises.StatefulFilter, "ignores the protocol", (protocol, inside) => new Filter(
            (left, packet) => left.Exists(one => (one.Source, one.Destination) == (packet.Destination, packet.Source))
                || IsOpen(packet, protocol, inside)));
        Told(Exercises.StatefulFilter, null, (protocol, inside) => new Filter(
            (left, packet) => packet.Protocol == protocol && (left.Contains(Answered(packet)) || packet.Destination == inside)));
        var verdict = Told(Exercises.StatefulFilter, "lets nothing in but what is open", (protocol, inside) => new Filter(
            (left, packet) => left.Contains(Answered(packet) with { IsOutgoing = false }) || IsOpen(packet, protocol, inside)));
        Assert.Contains("its direction is another", verdict.ToText());
        Told(Exercises.StatefulFilter, "looks for the same direction", (protocol, inside) => new Filter(
            (left, packet) => left.Contains(packet with { IsOutgoing = true }) || IsOpen(packet, protocol, inside)));
        Right(Exercises.StatefulFilter, (protocol, inside) => new Filter(
            (left, packet) => left.Contains(Answered(packet)) || IsOpen(packet, protocol, inside)));
    }

    [Fact]
    public void Flood()
    {
        Told(Exercises.Flood, "returns null for old news", neighbours => new Router(
            neighbours, (isNews, _, others) => isNews ? others : null));
        Told(Exercises.Flood, null, neighbours => new Router(
            neighbours, (isNews, arrival, others) => isNews || arrival.From is null ? others : []));
        Told(Exercises.Flood, "does not remember its own", neighbours => new Router(
            neighbours, (isNews, _, others) => isNews ? others : [], notesOwn: false));
        Told(Exercises.Flood, "leaves out the origin too", neighbours => new Router(
            neighbours, (isNews, arrival, others) => isNews ? [.. others.Where(one => one != arrival.Origin)] : []));
        Right(Exercises.Flood, neighbours => new Router(neighbours, (isNews, _, others) => isNews ? others : []));
    }

    private static TimeSpan Delay(
        int bytes, IReadOnlyList<DelayPartsExercise.Link> links, Func<TimeSpan, double> processing) =>
        TimeSpan.FromSeconds(links.Sum(link => processing(link.Processing)
            + ((link.BytesAhead + bytes) * 8 / link.BitsPerSecond) + (link.Kilometres / 200_000)));

    private static List<DhcpOption>? Options(byte[] bytes, bool knowsEnd = true, int header = 0)
    {
        List<DhcpOption> options = [];
        for (var at = 0; at < bytes.Length;)
        {
            var code = bytes[at++];
            if (code == DhcpOption.Pad)
            {
                continue;
            }

            if (code == DhcpOption.End && knowsEnd)
            {
                return options;
            }

            if (at == bytes.Length || bytes[at] < header || at + 1 + bytes[at] - header > bytes.Length)
            {
                return null;
            }

            var (begin, end) = (at + 1, at + 1 + bytes[at] - header);
            var known = options.FindIndex(option => option.Code == code);
            if (known < 0)
            {
                options.Add(new DhcpOption(code, bytes.AsMemory(begin, end - begin)));
            }
            else
            {
                options[known] = new DhcpOption(code, (byte[])[.. options[known].Data.Span, .. bytes[begin..end]]);
            }

            at = end;
        }

        return null;
    }

    // What must have left for a packet to be its answer.
    private static FilteredPacket Answered(FilteredPacket packet) =>
        new(true, packet.Protocol, packet.Destination, packet.Source);

    private static bool IsOpen(FilteredPacket packet, IpProtocol protocol, NatEndpoint inside) =>
        packet.Protocol == protocol && packet.Destination == inside;

    private sealed class Filter(Func<List<FilteredPacket>, FilteredPacket, bool> passes) : PacketFilter
    {
        private readonly List<FilteredPacket> _left = [];

        public override bool Passes(FilteredPacket packet)
        {
            if (packet.IsOutgoing)
            {
                _left.Add(packet);
            }

            return packet.IsOutgoing || passes(_left, packet);
        }
    }

    private delegate IReadOnlyList<string>? Answer(
        bool isNews, (string Origin, string? From) arrival, IReadOnlyList<string> others);

    private sealed class Router(IReadOnlyList<string> neighbours, Answer answer, bool notesOwn = true) : Flooder
    {
        private readonly Dictionary<string, int> _newest = [];

        public override IReadOnlyList<string> Receive(LinkStateAdvertisement advertisement, string? from)
        {
            var isNews = !_newest.TryGetValue(advertisement.Origin, out var known)
                || advertisement.Number > known;
            if (isNews && (notesOwn || from is not null))
            {
                _newest[advertisement.Origin] = advertisement.Number;
            }

            return answer(isNews, (advertisement.Origin, from), [.. neighbours.Where(one => one != from)])!;
        }
    }
}
