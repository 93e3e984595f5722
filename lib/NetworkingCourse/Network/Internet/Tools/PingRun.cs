using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>A series of echo requests and their outcomes.</summary>
public sealed class PingRun : Shown
{
    private const int MaxRows = 30;

    private readonly Internet _internet;
    private readonly IpNode _from;
    private readonly Address _to;
    private readonly ushort _identifier;
    private readonly byte[] _data;
    private readonly byte _timeToLive;
    private readonly bool _dontFragment;
    private readonly List<PingReply> _replies = [];
    private int _count;
    private int _settled;

    internal PingRun(Internet internet, IpNode from, string to, Address address, int size, byte timeToLive, bool dontFragment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 65_507);
        (_internet, _from, To, _to, _timeToLive, _dontFragment) = (internet, from, to, address, timeToLive, dontFragment);
        _data = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("abcdefghijklmnopqrstuvwxyz", size / 26 + 1))[..size]);
        _identifier = internet.NextEchoIdentifier();
        from.IcmpReceived += Receive;
    }

    /// <summary>The name of the sender.</summary>
    public string From => _from.Name;

    /// <summary>The destination, as given.</summary>
    public string To { get; }

    /// <summary>The outcomes, in the order of sending.</summary>
    public IReadOnlyList<PingReply> Replies => _replies;

    /// <summary>The number of requests that the destination has answered.</summary>
    public int Answered => _replies.Count(reply => reply.RoundTrip is not null);

    /// <summary>The mean round-trip time; null if nothing was answered.</summary>
    public TimeSpan? Mean => Answered == 0
        ? null
        : TimeSpan.FromTicks((long)_replies
            .Where(reply => reply.RoundTrip is not null)
            .Average(reply => reply.RoundTrip!.Value.Ticks));

    /// <summary>The longest round-trip time; null if nothing was answered.</summary>
    public TimeSpan? Longest => _replies.Max(reply => reply.RoundTrip);

    internal bool IsDone => _settled == _count;

    /// <summary>Draws the round-trip times over time, with the requests that were lost.</summary>
    public Figure Chart() => RoundTripsOverTime.Draw($"Round trips from {From} to {To}", [(To, this)]);

    internal void Schedule(int count, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ushort.MaxValue);
        _count = count;
        for (var i = 0; i < count; i++)
        {
            _internet.Simulator.After(interval * i, Send);
        }
    }

    internal void End() => _from.IcmpReceived -= Receive;

    private void Send()
    {
        var trace = new PacketTrace(_internet, InvariantText.Format($"An echo request from {From} to {To} and what follows"));
        var echo = IcmpMessage.EchoOf(_identifier, (ushort)(_replies.Count + 1), _data);
        _replies.Add(new PingReply(_replies.Count + 1, _internet.Now, trace));
        _from.Send(
            _to,
            IpProtocol.Icmp,
            _ => echo.ToBytes(),
            trace,
            header => header with { TimeToLive = _timeToLive, DontFragment = _dontFragment });
    }

    private void Receive(Ipv4Header header, IcmpMessage message)
    {
        if (message.Type == IcmpMessage.EchoReply && message.Identifier == _identifier)
        {
            Settle(message.Sequence, reply => reply.RoundTrip = _internet.Now - reply.Sent);
        }
        else if (message.About() is { Header: { Protocol: IpProtocol.Icmp } } about
            && IcmpHeaderOf(about.Payload) is var (identifier, sequence)
            && identifier == _identifier)
        {
            Settle(
                sequence,
                reply => reply.Error = $"{message}, says {_internet.NameOf(header.Source) ?? header.Source.ToString()}");
        }
    }

    // The quoted message may be truncated, so its checksum cannot be verified.
    private static (ushort Identifier, ushort Sequence)? IcmpHeaderOf(ReadOnlyMemory<byte> payload) =>
        payload.Length >= 8 && payload.Span[0] == IcmpMessage.Echo
            ? (System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(payload.Span[4..]),
                System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(payload.Span[6..]))
            : null;

    private void Settle(int sequence, Action<PingReply> with)
    {
        if (sequence >= 1 && sequence <= _replies.Count && _replies[sequence - 1] is { RoundTrip: null, Error: null } reply)
        {
            with(reply);
            _settled++;
        }
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["echo", "sent at", "round trip", "outcome"],
        _replies.Take(MaxRows).Select(IReadOnlyList<object?> (reply) =>
        [
            reply.Sequence,
            InvariantText.Of(reply.Sent),
            reply.RoundTrip is { } time ? InvariantText.Of(time) : "–",
            reply.Outcome,
        ]),
        InvariantText.Format($"{From} to {To} ({_to}): {Answered} of {_replies.Count} answered")
            + (Mean is { } mean ? $", in {InvariantText.Of(mean)} on average." : ".")
            + (_replies.Count > MaxRows ? InvariantText.Format($" The first {MaxRows} are shown.") : ""));
}

/// <summary>The outcome of one echo request.</summary>
public sealed class PingReply
{
    internal PingReply(int sequence, TimeSpan sent, PacketTrace trace) => (Sequence, Sent, Trace) = (sequence, sent, trace);

    /// <summary>The sequence number, from 1.</summary>
    public int Sequence { get; }

    /// <summary>The time at which the request was sent.</summary>
    public TimeSpan Sent { get; }

    /// <summary>The round-trip time; null if no reply has arrived.</summary>
    public TimeSpan? RoundTrip { get; internal set; }

    /// <summary>The ICMP error that a node on the path has sent instead; null if there was none.</summary>
    public string? Error { get; internal set; }

    /// <summary>The path of the request and its reply.</summary>
    public PacketTrace Trace { get; }

    /// <summary>The outcome in words: what the sender knows or, if it has heard nothing, what really happened.</summary>
    public string Outcome => RoundTrip is not null ? "answered"
        : Error ?? (Trace.Drop is { } drop
            ? $"no answer (dropped at {drop.Node}{(drop.To is null ? "" : $", on the way to {drop.To}")}: {drop.Text})"
            : "no answer");
}
