using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using NetworkingCourse.Links;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>
/// Makes TCP segments of what a relay has seen of connections, by the rules of RFC 9293: a handshake before the data, an
/// acknowledgment for each piece of data, a FIN for each end, a reset where a connection broke.
/// </summary>
internal sealed class RelayedSegments(RelayedPackets packets, IPEndPoint server, string client)
{
    private const ushort Window = 512; // in units of 128 bytes, by the window scale
    private const ushort SynWindow = 65_495;

    // What Linux writes on loopback: the maximum segment size 65,495, selective acknowledgments permitted, window scale 7.
    private static readonly byte[] SynOptions = [2, 4, 0xff, 0xd7, 4, 2, 1, 3, 3, 7, 1, 1];

    private readonly Dictionary<int, Conversation> _conversations = [];

    /// <summary>The packets of all connections.</summary>
    /// <param name="events">What the relay has recorded.</param>
    /// <param name="clientOf">Returns the client's end of a connection.</param>
    public IReadOnlyList<RawPacket> Of(IEnumerable<StreamEvent> events, Func<int, IPEndPoint> clientOf)
    {
        // They were recorded as they arrived. A server may answer before the arrival of the question has been recorded.
        var ordered = events.OrderBy(happened => happened.Sent).ToList();
        foreach (var (i, happened) in ordered.Index())
        {
            if (!_conversations.TryGetValue(happened.Connection, out var conversation))
            {
                conversation = new Conversation(new End(clientOf(happened.Connection)), new End(server));
                _conversations.Add(happened.Connection, conversation);
            }

            var next = i + 1 < ordered.Count ? ordered[i + 1].Sent : long.MaxValue;
            Add(conversation, happened, Math.Min(happened.Received, next));
        }

        return packets.All;
    }

    private void Add(Conversation conversation, in StreamEvent happened, long acknowledged)
    {
        var (from, to) = happened.From == client
            ? (conversation.Client, conversation.Server)
            : (conversation.Server, conversation.Client);
        if (conversation.IsReset)
        {
            return;
        }

        switch (happened.Kind)
        {
            case StreamEventKind.Opened:
                Send(happened.Sent, from, to, ControlBits.Syn);
                return;
            case StreamEventKind.Granted:
                Send(happened.Sent, from, to, ControlBits.Syn | ControlBits.Ack);
                break;
            case StreamEventKind.Bytes:
                Send(happened.Sent, from, to, ControlBits.Psh | ControlBits.Ack, happened.Bytes, happened.Length);
                break;
            case StreamEventKind.Ended:
                Send(happened.Sent, from, to, ControlBits.Fin | ControlBits.Ack);
                break;
            case StreamEventKind.Broken:
                Send(happened.Sent, from, to, ControlBits.Rst | ControlBits.Ack);
                conversation.IsReset = true;
                return;
        }

        Send(acknowledged, to, from, ControlBits.Ack);
    }

    private void Send(
        long timestamp, End from, End to, ControlBits flags, ReadOnlyMemory<byte> kept = default, int length = 0)
    {
        var isSyn = (flags & ControlBits.Syn) != 0;
        from.HasSent |= isSyn;
        var header = new TcpHeader(
            (ushort)from.Address.Port,
            (ushort)to.Address.Port,
            from.HasSent ? from.Next : 0, // a reset that refuses a connection has no number of its own
            (flags & ControlBits.Ack) != 0 ? to.Next : 0,
            flags,
            isSyn ? SynWindow : (flags & ControlBits.Rst) != 0 ? (ushort)0 : Window,
            Checksum: 0,
            HeaderLength: 0,
            Options: []);
        var data = new byte[length];
        kept.CopyTo(data);
        var segment = header.ToBytes(
            Address.From(from.Address.Address), Address.From(to.Address.Address), isSyn ? SynOptions : [], data);
        packets.Add(timestamp, from.Address, to.Address, IpProtocol.Tcp, segment, missing: length - kept.Length);
        from.Next += (uint)length + (isSyn || (flags & ControlBits.Fin) != 0 ? 1u : 0);
    }

    private sealed record Conversation(End Client, End Server)
    {
        public bool IsReset { get; set; }
    }

    /// <summary>One end of a conversation.</summary>
    private sealed record End(IPEndPoint Address)
    {
        /// <summary>The next sequence number; the first is random (RFC 9293, section 3.4.1).</summary>
        public uint Next { get; set; } = BinaryPrimitives.ReadUInt32BigEndian(RandomNumberGenerator.GetBytes(4));

        public bool HasSent { get; set; }
    }
}
