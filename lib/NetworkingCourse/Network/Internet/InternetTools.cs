using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

// The tools of whoever looks after a network: each of them sends real packets, and lets the time pass that they need.
public sealed partial class Internet
{
    /// <summary>The time that a tool waits for an answer: longer than it takes ARP to give up.</summary>
    internal static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(4);

    private ushort _echoIdentifier;

    internal ushort NextEchoIdentifier() => ++_echoIdentifier;

    /// <summary>Sends echo requests, and waits for the replies (RFC 792).</summary>
    /// <param name="from">A host or router.</param>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <param name="count">How many.</param>
    /// <param name="interval">How far apart they are sent; a second unless told otherwise.</param>
    /// <param name="size">How many bytes of data each carries.</param>
    /// <param name="timeToLive">How many routers it may pass.</param>
    /// <param name="dontFragment">Whether it must not be cut.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public PingRun Ping(string from, string to, int count = 3, TimeSpan? interval = null, int size = 56, byte timeToLive = 64, bool dontFragment = false)
    {
        var ping = new PingRun(this, Find<IpNode>(from), to, AddressOf(to), size, timeToLive, dontFragment);
        ping.Schedule(count, interval ?? TimeSpan.FromSeconds(1));
        RunUntil(() => ping.IsDone, Now + (interval ?? TimeSpan.FromSeconds(1)) * (count - 1) + ReplyTimeout);
        ping.End();
        return ping;
    }

    /// <summary>Finds the routers on the way by sending datagrams that may pass one router, two, three and so on: each that drops one says so (RFC 1393 tells the history).</summary>
    /// <param name="from">A host or router.</param>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <param name="most">How many routers at the most.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public TracerouteRun Traceroute(string from, string to, int most = 30) => new TracerouteRun(this, Find<IpNode>(from), to, AddressOf(to)).Run(most);

    /// <summary>Follows one echo request and its reply, hop by hop, from outside.</summary>
    /// <param name="from">A host or router.</param>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <param name="size">How many bytes of data it carries.</param>
    /// <param name="timeToLive">How many routers it may pass.</param>
    /// <param name="dontFragment">Whether it must not be cut.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public PacketTrace Trace(string from, string to, int size = 56, byte timeToLive = 64, bool dontFragment = false) =>
        Ping(from, to, 1, null, size, timeToLive, dontFragment).Replies[0].Trace;

    /// <summary>Finds out how long a packet may be that is to get through in one piece (RFC 1191): as long as the own link takes; and then as long as the last message says that it was too long for.</summary>
    /// <param name="from">A host or router.</param>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public PathMtuRun PathMtu(string from, string to) => new PathMtuRun(this, Find<IpNode>(from), to).Run();

    /// <summary>Lets every host ping every other once: who reaches whom, and if not, where it ends.</summary>
    public ConnectivityMatrix Connectivity() => ConnectivityMatrix.Of(this);

    /// <summary>Begins a download that takes what the network gives it: congestion control by the rules of chapter 2.</summary>
    /// <param name="from">The host that sends.</param>
    /// <param name="to">The host that receives.</param>
    /// <param name="duration">For how long, from now on.</param>
    /// <exception cref="ArgumentException">There is no such host.</exception>
    public CongestionControlledFlow StartDownload(string from, string to, TimeSpan duration) => new(this, Find<Host>(from), Find<Host>(to), duration);

    /// <summary>Sends bytes by a reliable protocol of chapter 2, and waits until all of them are acknowledged, or the sender gives up.</summary>
    /// <param name="from">The host that sends.</param>
    /// <param name="to">The host that receives.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="protocol">Which protocol; Go-Back-N unless told otherwise.</param>
    /// <param name="options">What can be set of it.</param>
    /// <param name="segmentBytes">How many bytes of data a segment carries.</param>
    /// <exception cref="ArgumentException">There is no such host, or an option makes no sense.</exception>
    public InternetTransfer Transfer(string from, string to, ReadOnlyMemory<byte> data, ReliableProtocol? protocol = null, ProtocolOptions? options = null, int segmentBytes = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(segmentBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segmentBytes, 65_000);
        return new InternetTransfer(this, Find<Host>(from), Find<Host>(to), data, protocol ?? ReliableProtocol.GoBackN, options ?? new ProtocolOptions(), segmentBytes).Run(TimeSpan.FromHours(1));
    }

    /// <summary>Records what passes the end of a link from now on, in both directions, up to 20,000 frames.</summary>
    /// <param name="node">At which node.</param>
    /// <param name="towards">On the link to which neighbour.</param>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public Internet Record(string node, string towards)
    {
        PortTowards(node, towards).Recorder = new FrameRecorder(this, MaxRecorded);
        return this;
    }

    /// <summary>What was recorded, as a capture: to look at, or to write to a file that Wireshark opens. The recording goes on.</summary>
    /// <param name="node">At which node.</param>
    /// <param name="towards">On the link to which neighbour.</param>
    /// <exception cref="ArgumentException">There is no such link, or nothing records there.</exception>
    public Capture Recorded(string node, string towards)
    {
        var recorder = PortTowards(node, towards).Recorder ?? throw new ArgumentException($"Nothing records at {node} towards {towards}: Record comes first.", nameof(node));
        RawPacket Captured((TimeSpan At, byte[] Bytes) frame) =>
            new(LinkType.Ethernet, frame.At.Ticks * TimeSpan.NanosecondsPerTick, frame.Bytes, frame.Bytes.Length);
        var packets = recorder.Frames.Select(Captured).ToList();
        var missed = recorder.Missed > 0 ? InvariantText.Format($" There was no room for {recorder.Missed:N0} more.") : "";
        var where = $"at {node} on the link to {towards}";
        var note = InvariantText.Format($"Recorded in the simulation, {where}: {packets.Count} frames.{missed}");
        return new Capture(packets, note, isLive: false);
    }
}
