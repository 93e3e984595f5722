using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>
/// A port of a node, to which a cable is attached. It has a link-layer address, and on hosts and routers an IPv4 address too.
/// </summary>
internal sealed class Port(Node node, int number)
{
    public Node Node { get; } = node;

    public MacAddress Mac { get; } = MacAddress.Of(node.Number, number);

    public Cable Cable { get; set; } = null!; // attached before anything is sent

    public Port Peer => Cable.Other(this);

    /// <summary>The IPv4 address; null for a switch port.</summary>
    public Address? Address { get; set; }

    /// <summary>The network on the port's link, given by the address and its prefix length; null for a switch port.</summary>
    public Prefix? Network { get; set; }

    /// <summary>Records the frames that pass the port; null if nothing is being recorded.</summary>
    public FrameRecorder? Recorder { get; set; }

    /// <summary>The number of frames sent, without those dropped because the queue was full.</summary>
    public long Sent { get; private set; }

    /// <summary>The number of frames dropped because the queue in front of the cable was full.</summary>
    public long Overflowed { get; private set; }

    /// <summary>The maximum length of that queue, including the frame being sent.</summary>
    public int LongestQueue { get; private set; }

    public string Name => $"{Node.Name}→{Peer.Node.Name}";

    public void Transmit(Frame frame)
    {
        if (!Cable.IsUp)
        {
            Node.Drop(frame.Trace, "the link is cut", this);
            return;
        }

        Recorder?.Add(frame);
        Node.Internet.Hops++;
        frame.SentAfterCuts = Cable.Cuts;
        var link = Cable.From(this);
        var crossing = link.Send(frame);
        if (frame.Trace is { } trace && frame.Type == EtherType.Ipv4)
        {
            trace.Hops.Add(new TraceHop(Node.Name, Peer.Node.Name, crossing.Sent, crossing.Arrives));
        }

        if (!crossing.IsLost)
        {
            Sent++;
            if (Cable.Options.BitsPerSecond is not null)
            {
                LongestQueue = Math.Max(LongestQueue, link.Queued);
            }

            return;
        }

        if (crossing.Outcome.HasFlag(LinkOutcome.QueueFull))
        {
            Overflowed++;
            Node.Drop(frame.Trace, Node.Internet.QueueFullReason(Cable), this);
        }
        else
        {
            Sent++;
            Node.Drop(frame.Trace, "lost on the link", this);
        }
    }

    public void Arrive(Frame frame)
    {
        if (frame.SentAfterCuts != Cable.Cuts)
        {
            Peer.Node.Drop(frame.Trace, "the link was cut while the frame was on it", Peer);
        }
        else if (frame.IsHarmed)
        {
            Node.Drop(frame.Trace, "corrupted on the link: the frame check sequence is wrong");
        }
        else
        {
            Recorder?.Add(frame);
            Node.Receive(this, frame);
        }
    }

    public override string ToString() =>
        Address is null ? Name : InvariantText.Format($"{Name} ({Address}/{Network!.Value.Length}, {Mac})");
}
