using System.Net;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

// The administrator's tools. Each of them sends real packets, and lets the simulated time pass that they need.
public sealed partial class Internet
{
    /// <summary>How long a tool waits for an answer: longer than ARP takes to give up.</summary>
    internal static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(4);

    private ushort _echoIdentifier;

    internal ushort NextEchoIdentifier() => ++_echoIdentifier;

    /// <summary>Sends echo requests and waits for the replies (RFC 792).</summary>
    /// <param name="from">A host or router.</param>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <param name="count">The number of requests.</param>
    /// <param name="interval">The time between two requests; one second by default.</param>
    /// <param name="size">The number of data bytes in each request.</param>
    /// <param name="timeToLive">The time-to-live: how many hops a request may take.</param>
    /// <param name="dontFragment">Whether routers must not fragment the requests.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public PingRun Ping(
        string from,
        string to,
        int count = 3,
        TimeSpan? interval = null,
        int size = 56,
        byte timeToLive = 64,
        bool dontFragment = false)
    {
        var ping = new PingRun(this, Find<IpNode>(from), to, AddressOf(to), size, timeToLive, dontFragment);
        ping.Schedule(count, interval ?? TimeSpan.FromSeconds(1));
        RunUntil(() => ping.IsDone, Now + (interval ?? TimeSpan.FromSeconds(1)) * (count - 1) + ReplyTimeout);
        ping.End();
        return ping;
    }

    /// <summary>
    /// Finds the routers on a path by sending datagrams with a time-to-live of 1, 2, 3 and so on: each router that drops one
    /// reports it (RFC 1393 gives the history).
    /// </summary>
    /// <param name="from">A host or router.</param>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <param name="maxHops">The largest time-to-live to try.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public TracerouteRun Traceroute(string from, string to, int maxHops = 30) =>
        new TracerouteRun(this, Find<IpNode>(from), to, AddressOf(to)).Run(maxHops);

    /// <summary>
    /// Sends one probe of <see cref="Traceroute"/>: a datagram with a time-to-live, to a port on which no program listens.
    /// </summary>
    /// <param name="from">A host or router.</param>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <param name="timeToLive">The time-to-live, 1 to 255: how many hops the datagram may take.</param>
    /// <returns>The reply; null if none came within four seconds.</returns>
    /// <exception cref="ArgumentException">There is no such node, or the time-to-live is out of range.</exception>
    public ProbeReply? Probe(string from, string to, int timeToLive) =>
        new TracerouteRun(this, Find<IpNode>(from), to, AddressOf(to)).Probe(timeToLive) is { Address: { } address } hop
            ? new ProbeReply(timeToLive, address, hop.Says!)
            : null;

    /// <summary>Follows one echo request and its reply hop by hop, as an outside observer.</summary>
    /// <param name="from">A host or router.</param>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <param name="size">The number of data bytes in the request.</param>
    /// <param name="timeToLive">The time-to-live: how many hops the request may take.</param>
    /// <param name="dontFragment">Whether routers must not fragment the request.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public PacketTrace Trace(string from, string to, int size = 56, byte timeToLive = 64, bool dontFragment = false) =>
        Ping(from, to, 1, null, size, timeToLive, dontFragment).Replies[0].Trace;

    /// <summary>
    /// Finds the largest packet that gets through unfragmented (RFC 1191). It starts with the MTU of the sender's own link, then
    /// tries the MTU that each "fragmentation needed" message reports.
    /// </summary>
    /// <param name="from">A host or router.</param>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public PathMtuRun PathMtu(string from, string to) => new PathMtuRun(this, Find<IpNode>(from), to).Run();

    /// <summary>
    /// Lets every host ping every other once, to show which pairs are connected and where the other packets are dropped.
    /// </summary>
    public ConnectivityMatrix Connectivity() => ConnectivityMatrix.Of(this);

    /// <summary>
    /// Starts a download that takes whatever bandwidth the network provides, with the congestion control of chapter 2.
    /// </summary>
    /// <param name="from">The sending host.</param>
    /// <param name="to">The receiving host.</param>
    /// <param name="duration">How long the download runs, starting now.</param>
    /// <exception cref="ArgumentException">There is no such host.</exception>
    public CongestionControlledFlow StartDownload(string from, string to, TimeSpan duration) =>
        new(this, Find<Host>(from), Find<Host>(to), duration);

    /// <summary>
    /// Sends bytes with a reliable protocol of chapter 2, and waits until all of them are acknowledged or the sender gives up.
    /// </summary>
    /// <param name="from">The sending host.</param>
    /// <param name="to">The receiving host.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="protocol">The protocol; Go-Back-N by default.</param>
    /// <param name="options">The options of the protocol.</param>
    /// <param name="segmentBytes">The number of data bytes in a segment.</param>
    /// <exception cref="ArgumentException">There is no such host, or an option is invalid.</exception>
    public InternetTransfer Transfer(
        string from,
        string to,
        ReadOnlyMemory<byte> data,
        ReliableProtocol? protocol = null,
        ProtocolOptions? options = null,
        int segmentBytes = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(segmentBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segmentBytes, 65_000);
        return new InternetTransfer(
            this,
            Find<Host>(from),
            Find<Host>(to),
            data,
            protocol ?? ReliableProtocol.GoBackN,
            options ?? new ProtocolOptions(),
            segmentBytes).Run(TimeSpan.FromHours(1));
    }

    /// <summary>
    /// Connects a program on one host to a real server on this machine, as if the server ran on another host. The program and its
    /// server exchange bytes as over TCP; a reliable protocol of chapter 2 carries them through the network.
    /// </summary>
    /// <param name="from">The host of the program.</param>
    /// <param name="to">The host on which the server seems to run.</param>
    /// <param name="server">The server's address on this machine.</param>
    /// <param name="protocol">The protocol; Go-Back-N by default.</param>
    /// <param name="options">The options of the protocol.</param>
    /// <param name="segments">
    /// Divides what is to be sent into the data of segments; by default, there are at most 1,000 bytes in each.
    /// </param>
    /// <param name="name">The server's name in the ladder.</param>
    /// <returns>The connection, which the caller disposes of.</returns>
    /// <exception cref="ArgumentException">
    /// There is no such host, an option is invalid, or the address is not on loopback.
    /// </exception>
    /// <exception cref="System.Net.Sockets.SocketException">There is no server at that address.</exception>
    public InternetStream Connect(
        string from,
        string to,
        IPEndPoint server,
        ReliableProtocol? protocol = null,
        ProtocolOptions? options = null,
        Func<byte[], IReadOnlyList<byte[]>>? segments = null,
        string name = "the server")
    {
        ArgumentNullException.ThrowIfNull(server);
        if (!IPAddress.IsLoopback(server.Address))
        {
            throw new ArgumentException(
                $"{server} is not on this machine. The course connects to loopback only.", nameof(server));
        }

        return new InternetStream(
            this,
            Find<Host>(from),
            Find<Host>(to),
            (server, name),
            protocol ?? ReliableProtocol.GoBackN,
            options ?? new ProtocolOptions(),
            segments ?? (bytes => [.. bytes.Chunk(1000)]));
    }

    /// <summary>Starts recording the frames that pass one end of a link in either direction, up to 20,000 of them.</summary>
    /// <param name="node">The node at that end.</param>
    /// <param name="towards">The neighbour at the other end of the link.</param>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public Internet Record(string node, string towards)
    {
        PortTowards(node, towards).Recorder = new FrameRecorder(this, MaxRecorded);
        return this;
    }

    /// <summary>
    /// The frames recorded so far, as a capture that can be viewed, or written to a file for Wireshark. The recording continues.
    /// </summary>
    /// <param name="node">The node at which they were recorded.</param>
    /// <param name="towards">The neighbour at the other end of the link.</param>
    /// <exception cref="ArgumentException">There is no such link, or it is not being recorded there.</exception>
    public Capture Recorded(string node, string towards)
    {
        var recorder = PortTowards(node, towards).Recorder ?? throw new ArgumentException(
            $"Nothing is being recorded at {node} towards {towards}: call Record first.", nameof(node));
        RawPacket Captured((TimeSpan At, byte[] Bytes) frame) =>
            new(LinkType.Ethernet, frame.At.Ticks * TimeSpan.NanosecondsPerTick, frame.Bytes, frame.Bytes.Length);
        var packets = recorder.Frames.Select(Captured).ToList();
        var missed = recorder.Missed > 0 ? InvariantText.Format($" Another {recorder.Missed:N0} exceeded the limit.") : "";
        var where = $"at {node} on the link to {towards}";
        var note = $"Recorded in the simulation, {where}: {InvariantText.Count(packets.Count, "frame")}.{missed}";
        return new Capture(packets, note, isLive: false);
    }
}
