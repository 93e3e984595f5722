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

    [Fact]
    public void Read_response()
    {
        Told(Exercises.ReadResponse, "takes every empty response for no data", (response, zone, name) =>
            Kind(response, name, IsDown(zone, name), needsAuthority: false));
        Told(Exercises.ReadResponse, "follows a referral to the same zone", (response, zone, name) =>
            Kind(response, name, below => below.IsWithin(zone) && name.IsWithin(below)));
        Told(Exercises.ReadResponse, "takes every NS record for a referral", (response, _, name) =>
            Kind(response, name, below => name.IsWithin(below)));
        Told(Exercises.ReadResponse, "follows a referral upward", (response, zone, name) =>
            Kind(response, name, below => below != zone && name.IsWithin(below)));
        Told(Exercises.ReadResponse, "follows a referral to a zone without the name", (response, zone, name) =>
            Kind(response, name, below => below.IsWithin(zone) && below != zone));
        Told(Exercises.ReadResponse, null, (response, zone, name) => Kind(
            response,
            name,
            below => $"{name}".EndsWith($"{below}", StringComparison.OrdinalIgnoreCase)
                && below.Labels.Count > zone.Labels.Count));
        Told(Exercises.ReadResponse, null, (response, zone, name) =>
            Kind(response, name, below => below.Labels.Count == zone.Labels.Count + 1 && name.IsWithin(below)));
        Told(Exercises.ReadResponse, null, (response, zone, name) =>
            Kind(response, name, IsDown(zone, name), (one, other) => $"{one}" == $"{other}"));
        Told(Exercises.ReadResponse, null, (response, zone, name) => response?.Code == ResponseCode.NoError
            && response.IsAuthoritative && response.Answers.Count + response.Authority.Count > 0
            && Kind(response, name, IsDown(zone, name)) == ResponseKind.NoData
                ? ResponseKind.Unusable
                : Kind(response, name, IsDown(zone, name)));
        Told(Exercises.ReadResponse, null, (response, zone, name) => Kind(
            response is null ? null : response with { Answers = [.. response.Answers, .. response.Additional] },
            name,
            IsDown(zone, name)));
        Told(Exercises.ReadResponse, null, (response, zone, name) => Kind(
            response is null ? null : response with { Answers = [.. response.Answers.Take(1)] }, name, IsDown(zone, name)));
        Told(Exercises.ReadResponse, null, (response, zone, name) =>
            response?.Code is ResponseCode.NoError or ResponseCode.NameError
            && response.Answers.Any(record => record.Type == DnsType.CNAME)
                ? ResponseKind.Alias
                : Kind(response, name, IsDown(zone, name)));
        // Answers that differ only where a response can be read in more than one way.
        Right(Exercises.ReadResponse, (response, zone, name) => Kind(response, name, IsDown(zone, name)));
        Right(Exercises.ReadResponse, (response, zone, name) => Kind(
            response, name, below => below.IsWithin(zone) && below != zone && name.IsWithin(below)));
        Right(Exercises.ReadResponse, (response, zone, name) => response is { IsAuthoritative: true }
            ? Kind(response, name, _ => false)
            : Kind(response is null ? null : response with { Answers = [] }, name, IsDown(zone, name)));
    }

    private static TimeSpan Delay(
        int bytes, IReadOnlyList<DelayPartsExercise.Link> links, Func<TimeSpan, double> processing) =>
        TimeSpan.FromSeconds(links.Sum(link => processing(link.Processing)
            + ((link.BytesAhead + bytes) * 8 / link.BitsPerSecond) + (link.Kilometres / 200_000)));

    private static Func<DnsName, bool> IsDown(DnsName zone, DnsName name) =>
        below => name.IsWithin(below) && below.Labels.Count > zone.Labels.Count;

    // As a learner may write it: the alias before the addresses.
    private static ResponseKind Kind(
        DnsMessage? response,
        DnsName name,
        Func<DnsName, bool> isDown,
        Func<DnsName, DnsName, bool>? isSame = null,
        bool needsAuthority = true)
    {
        if (response?.Code is not (ResponseCode.NoError or ResponseCode.NameError))
        {
            return ResponseKind.Unusable;
        }

        var own = response.Answers.Where(record => isSame?.Invoke(record.Name, name) ?? record.Name == name).ToList();
        var isBelieved = response.IsAuthoritative || !needsAuthority;
        return own.Exists(record => record.Type == DnsType.CNAME) ? ResponseKind.Alias
            : own.Exists(record => record.Type == DnsType.A) ? ResponseKind.Addresses
            : response.Code == ResponseCode.NameError && isBelieved ? ResponseKind.NameError
            : response.Authority.Any(record => record.Type == DnsType.NS && isDown(record.Name)) ? ResponseKind.Referral
            : isBelieved ? ResponseKind.NoData
            : ResponseKind.Unusable;
    }

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
