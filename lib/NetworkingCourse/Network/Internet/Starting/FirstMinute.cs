using System.Buffers.Binary;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// The first minute of a host that knows nothing: it gets an address by DHCP, probes it, resolves a name, and sends the first
/// segment of a TCP connection.
/// </summary>
public sealed class FirstMinute : Shown
{
    private const ushort DnsPort = 53;
    private const byte Http = 80;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(3); // for the second announcement

    private readonly Internet _internet;
    private readonly Host _host;
    private readonly string _name;
    private readonly List<(TimeSpan At, string Text)> _steps = [];
    private readonly TimeSpan _began;
    private bool _isDone;

    internal FirstMinute(Internet internet, Host host, string name)
    {
        (_internet, _host, _name, _began) = (internet, host, name, internet.Now);
        internet.Record(host.Name, host.Ports[0].Peer.Node.Name);
        new DhcpClient(host, Bound).Start();
        internet.RunUntil(() => _isDone, _began + Minute);
        internet.RunFor(Afterwards);
        Frames = [.. host.Ports[0].Recorder!.Frames];
    }

    /// <summary>The address that the host has now; null if it got none within a minute.</summary>
    public Address? Address => _host.Ports[0].Address;

    /// <summary>The time from the first frame to the first segment of the connection; null if it did not come to that.</summary>
    public TimeSpan? Duration => _isDone ? _steps[^1].At : null;

    /// <summary>The DHCP messages, in order.</summary>
    public IReadOnlyList<DhcpMessage> Dhcp =>
    [
        .. Frames.Select(frame => new Frame(frame.Bytes, null))
            .Where(frame => frame.Type == EtherType.Ipv4)
            .Select(frame => UdpDatagram.Read(Ipv4Packet.Parse(frame.Payload)))
            .Where(datagram => datagram?.DestinationPort is DhcpMessage.ServerPort or DhcpMessage.ClientPort)
            .Select(datagram => DhcpMessage.Parse(datagram!.Value.Data)),
    ];

    internal IReadOnlyList<(TimeSpan At, byte[] Bytes)> Frames { get; }

    /// <summary>Draws every frame that passed the host's card.</summary>
    public LadderDiagram Ladder() => StartLadder.Of($"The first minute of {_host.Name}", _internet, _host, Frames);

    /// <summary>What the host knew, and when.</summary>
    public Table Steps() => new(
        ["time", "from now on the host knows"],
        _steps.Select(IReadOnlyList<object?> (step) => [InvariantText.Of(step.At), step.Text]),
        _isDone ? null : "The first connection was not opened within a minute.");

    /// <inheritdoc/>
    protected override IShown ShownAs => Ladder();

    private void Bound(DhcpMessage lease)
    {
        _internet.Add(_host);
        Learned($"its own address, {_host.Ports[0].Address}/{_host.Ports[0].Network!.Value.Length}, which no one else has");
        if (lease.AddressIn(DhcpOption.NameServer) is { } server)
        {
            var port = _host.TakePort();
            _host.Listen(port, (_, datagram, _) => Answered(datagram, port));
            _host.SendUdp(server, new UdpDatagram(port, DnsPort, DnsMessage.Query(_name, DnsType.A, id: port).ToBytes()));
        }
    }

    private void Answered(UdpDatagram datagram, ushort port)
    {
        _host.Unlisten(port);
        if (DnsMessage.Parse(datagram.Data).Answers.FirstOrDefault(record => record.Type == DnsType.A) is { } record)
        {
            Learned($"the address of {_name}, {record.Address}");
            _host.Send(record.Address, IpProtocol.Tcp, source => Syn(source, record.Address, port), null);
            Learned("nothing more: it sends a SYN");
            _isDone = true;
        }
    }

    private void Learned(string text) => _steps.Add((_internet.Now - _began, text));

    // RFC 9293, section 3.1; the option is the maximum segment size.
    private static byte[] Syn(Address source, Address destination, ushort port)
    {
        byte[] bytes = [0, 0, 0, Http, 0, 0, 0, 1, 0, 0, 0, 0, 0x60, (byte)ControlBits.Syn, 0xFA, 0xF0, 0, 0, 0, 0, 2, 4, 5, 180];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, port);
        BinaryPrimitives.WriteUInt16BigEndian(
            bytes.AsSpan(16), InternetChecksum.Of(source, destination, IpProtocol.Tcp, bytes));
        return bytes;
    }
}
