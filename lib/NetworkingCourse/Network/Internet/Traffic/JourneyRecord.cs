using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>Records the way of each segment of a connection, link by link, and draws all of them on one ladder.</summary>
internal sealed class JourneyRecord(Internet internet, string from, string to, string server)
{
    private const int MaxMessages = 60;

    private readonly List<(PacketTrace Trace, Transmit Sent, string Direction)> _followed = [];
    private readonly List<LadderMessage> _atServer = [];
    private readonly TimeSpan _began = internet.Now;

    /// <summary>A trace for a segment that is about to be sent.</summary>
    public PacketTrace Follow(Transmit sent, string direction)
    {
        var trace = new PacketTrace(internet, $"{direction}, {sent.Segment}");
        _followed.Add((trace, sent, direction));
        return trace;
    }

    /// <summary>The host hands bytes to the server.</summary>
    public void ToServer(ReadOnlySpan<byte> bytes) => _atServer.Add(AtServer(to, server, bytes));

    /// <summary>The server has sent bytes; none if it has ended the connection.</summary>
    public void FromServer(ReadOnlySpan<byte> bytes) => _atServer.Add(AtServer(server, to, bytes));

    public LadderDiagram Draw(string caption)
    {
        var messages = _followed.SelectMany(followed => Hops(followed.Trace, followed.Sent, followed.Direction)).ToList();
        return new LadderDiagram($"From {from} to {to} and back", [.. Path(messages), server])
        {
            Caption = caption,
            Spacing = LadderSpacing.Even,
            Noun = "packet",
            MaxMessages = MaxMessages,
            Messages = [.. messages, .. _atServer],
        };
    }

    // The nodes in the order in which the segments reach them on their way to the server.
    private IEnumerable<string> Path(List<LadderMessage> messages)
    {
        var nodes = new List<string> { from };
        nodes.AddRange(messages.SelectMany(message => (string[])[message.From, message.To]).Except([from, to]));
        return nodes.Append(to).Distinct();
    }

    private IEnumerable<LadderMessage> Hops(PacketTrace trace, Transmit sent, string direction)
    {
        foreach (var (node, next, left, arrives) in trace.Hops)
        {
            var kind = arrives is null ? MessageKind.Lost
                : sent.Segment.Kind == SegmentKind.Acknowledgment ? MessageKind.Control
                : sent.Try > 1 ? MessageKind.Repeated : MessageKind.Ordinary;
            // A lost packet is drawn as far as its would-be arrival.
            var end = arrives ?? left + internet.PortTowards(node, next).Cable.Options.Delay;
            yield return new LadderMessage(node, next, left - _began, end - _began, sent.Segment.ToString(), kind)
            {
                Detail = InvariantText.Format($"of the {direction}, try {sent.Try}"),
            };
        }
    }

    private LadderMessage AtServer(string sender, string receiver, ReadOnlySpan<byte> bytes)
    {
        var now = internet.Now - _began;
        return bytes.IsEmpty
            ? new LadderMessage(sender, receiver, now, now, "end", MessageKind.Control) { IsNotable = true }
            : new LadderMessage(sender, receiver, now, now, InvariantText.Count(bytes.Length, "byte"))
            {
                Detail = Octets.Quoted(bytes, 200),
                IsNotable = true,
            };
    }
}
