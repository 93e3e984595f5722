using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>Where a cable is plugged into a node, with a link-layer address; of a host or router with an IPv4 address too.</summary>
internal sealed class Port(Node node, int number)
{
    public Node Node { get; } = node;

    public MacAddress Mac { get; } = MacAddress.Of(node.Number, number);

    public Cable Cable { get; set; } = null!; // plugged in before anything is sent

    public Port Peer => Cable.Other(this);

    /// <summary>The address; null of a switch's port.</summary>
    public Address? Address { get; set; }

    /// <summary>The network on the other side of the port, as its address and mask say.</summary>
    public Prefix? Network { get; set; }

    /// <summary>Whoever records what passes.</summary>
    public FrameRecorder? Recorder { get; set; }

    /// <summary>How many frames it has sent, those lost for want of room not included.</summary>
    public long Sent { get; private set; }

    /// <summary>How many frames the queue before the cable had no room for.</summary>
    public long Overflowed { get; private set; }

    /// <summary>The most that were in that queue at once, the one being sent included.</summary>
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
            Peer.Node.Drop(frame.Trace, "the link was cut while it was on it", Peer);
        }
        else if (frame.IsHarmed)
        {
            Node.Drop(frame.Trace, "harmed on the link: the frame check sequence is wrong");
        }
        else
        {
            Recorder?.Add(frame);
            Node.Receive(this, frame);
        }
    }

    public override string ToString() => Address is null ? Name : InvariantText.Format($"{Name} ({Address}/{Network!.Value.Length}, {Mac})");
}
