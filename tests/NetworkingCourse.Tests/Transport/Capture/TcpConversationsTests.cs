using CsCheck;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport;

public class TcpConversationsTests
{
    private const ControlBits SynAck = ControlBits.Syn | ControlBits.Ack;
    private const ControlBits FinAck = ControlBits.Fin | ControlBits.Ack;

    [Fact]
    public void Wherever_the_numbers_begin_and_wherever_they_wrap_they_are_counted_from_each_sides_first() =>
        Gen.Select(Gen.UInt, Gen.UInt).Sample((client, server) =>
        {
            var positions = Follow(Talk(client, server));
            Assert.Equal([0, 0, 1, 1, 1, 11, 1, 1, 17, 2], positions.Select(position => position.Sequence));
            Assert.Equal([0, 1, 1, 1, 11, 1, 17, 17, 2, 18], positions.Select(position => position.Acknowledgment));
            Assert.DoesNotContain(positions, position => position.IsRepeated);
        });

    [Fact]
    public void More_bytes_than_there_are_numbers_do_not_confuse_it()
    {
        // 5 GB in steps of a gigabyte: the numbers wrap, the positions do not.
        const int step = 1 << 30;
        var positions = Follow(
        [
            .. Enumerable.Range(0, 5)
                .Select(i => MadePackets.Tcp(i + 1, true, ControlBits.Ack, unchecked((uint)i * step + 77), 5, 1)),
        ]);

        Assert.Equal(Enumerable.Range(0, 5).Select(i => 1 + (long)i * step), positions.Select(position => position.Sequence));
    }

    [Fact]
    public void What_is_sent_a_second_time_is_known_as_such()
    {
        var talk = Talk(uint.MaxValue - 3, 9);
        var positions = Follow([talk[0], talk[0], .. talk[1..4], talk[3], .. talk[4..]]);

        Assert.Equal([1, 5], positions.Index().Where(each => each.Item.IsRepeated).Select(each => each.Index));
    }

    [Fact]
    public void A_new_conversation_on_the_same_ports_is_counted_from_its_own_numbers_whichever_side_of_it_is_seen_first()
    {
        var old = Talk(100, 200);
        // Only the answer of the second handshake was captured.
        var positions = Follow(
            [.. old, MadePackets.Tcp(11, false, SynAck, 5000, 9001), MadePackets.Tcp(12, true, ControlBits.Ack, 9001, 5001)]);

        Assert.Equal([(0L, 1L), (1L, 1L)],
            positions.TakeLast(2).Select(position => (position.Sequence, position.Acknowledgment)));
    }

    [Fact]
    public void A_SYN_acknowledges_nothing_whatever_stands_in_the_field()
    {
        var positions = Follow(
            [MadePackets.Tcp(1, true, ControlBits.Syn, 100, 77), MadePackets.Tcp(2, false, SynAck, 3_000_000_000, 101)]);

        Assert.Equal([(0L, 0L), (0L, 1L)], positions.Select(position => (position.Sequence, position.Acknowledgment)));
        Assert.False(positions[1].IsRepeated);
    }

    [Fact]
    public void Data_older_than_the_capture_has_not_been_seen_before()
    {
        CapturedPacket Segment(int number, uint sequence) => MadePackets.Tcp(number, true, ControlBits.Ack, sequence, 1, 100);
        var positions = Follow([Segment(1, 1000), Segment(2, 900), Segment(3, 900)]);

        Assert.Equal([false, false, true], positions.Select(position => position.IsRepeated));
    }

    [Fact]
    public void A_segment_is_repeated_if_every_byte_of_it_has_been_sent_before_in_whatever_order_and_pieces() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 12]).Array[1, 40].Sample(pieces =>
        {
            var sent = new HashSet<int>();
            var syn = MadePackets.Tcp(1, true, ControlBits.Syn, 999, 0);
            CapturedPacket Segment((int At, int Length) piece, int i) =>
                MadePackets.Tcp(i + 2, true, ControlBits.Ack, (uint)(1000 + piece.At), 1, piece.Length);
            var positions = Follow([syn, .. pieces.Select(Segment)]);
            return pieces.Zip(positions.Skip(1)).All(each =>
            {
                var bytes = Enumerable.Range(each.First.Item1, each.First.Item2).ToList();
                var isRepeated = bytes.All(sent.Contains);
                sent.UnionWith(bytes);
                return each.Second.IsRepeated == isRepeated && each.Second.Sequence == each.First.Item1 + 1;
            });
        });

    [Fact]
    public void What_keeps_a_connection_alive_is_no_window_probe()
    {
        var talk = Talk(1, 1000);
        var alive = Follow([.. talk[..5], MadePackets.Tcp(6, true, ControlBits.Ack, 11, 1001)]);
        var probe = Follow(
            [.. talk[..4], MadePackets.Tcp(5, false, ControlBits.Ack, 1001, 12, window: 0),
            MadePackets.Tcp(6, true, ControlBits.Ack, 11, 1001)]);

        Assert.Equal(("keep-alive", "window probe"), (alive[^1].Remark, probe[^1].Remark));
        Assert.Equal("window 0", probe[^2].Remark);
    }

    [Fact]
    public void It_is_settled_when_everything_sent_has_been_acknowledged_and_at_no_time_before()
    {
        var conversations = new TcpConversations();
        var settled = Talk(1, 1000).Select(packet =>
        {
            conversations.Follow(packet);
            return conversations.AreSettled;
        });

        // SYN, SYN-ACK, ACK · data, ACK · data, ACK · FIN, FIN, ACK
        Assert.Equal([false, false, true, false, true, false, true, false, false, true], settled);
    }

    [Fact]
    public void A_reset_settles_everything()
    {
        var conversations = new TcpConversations();
        conversations.Follow(MadePackets.Tcp(1, true, ControlBits.Syn, 5, 0));
        conversations.Follow(MadePackets.Tcp(2, false, ControlBits.Rst | ControlBits.Ack, 0, 6));

        Assert.True(conversations.AreSettled);
    }

    [Fact]
    public void The_states_of_both_ends_are_those_of_the_rfcs_diagram() =>
        Assert.Equal(
            [
                "client SynSent", "server SynReceived", "client Established", "server Established",
                "server FinWait1", "client CloseWait", "client LastAck", "server TimeWait", "client Closed",
            ],
            // The client's FIN acknowledges the server's, so the same segment passes through FIN-WAIT-2.
            States(Talk(7, 8)));

    [Fact]
    public void Two_fins_that_cross_on_their_way_make_both_wait() =>
        Assert.Equal(
            ["client FinWait1", "server CloseWait", "server Closing", "client Closing", "server TimeWait", "client TimeWait"],
            States([
                .. Talk(7, 8)[..3], MadePackets.Tcp(4, true, FinAck, 8, 9), MadePackets.Tcp(5, false, FinAck, 9, 8),
                MadePackets.Tcp(6, true, ControlBits.Ack, 9, 10), MadePackets.Tcp(7, false, ControlBits.Ack, 10, 9),
            ]).Skip(4));

    [Theory]
    [InlineData(ControlBits.Syn)]
    [InlineData(ControlBits.Syn | ControlBits.Ece | ControlBits.Cwr)] // with congestion notification
    public void A_new_connection_takes_the_place_of_one_in_time_wait(ControlBits syn) =>
        Assert.Equal(["client SynSent", "server SynReceived"],
            States([.. Talk(7, 8), MadePackets.Tcp(11, true, syn, 500, 0), MadePackets.Tcp(12, false, SynAck, 900, 501)])
            .TakeLast(2));

    [Fact]
    public void After_a_reset_both_ends_are_closed() =>
        Assert.Equal(
            ["client Closed", "server Closed"],
            States([.. Talk(7, 8)[..5], MadePackets.Tcp(6, true, ControlBits.Rst, 18, 0)]).TakeLast(2));

    /// <summary>The sixteen-octet conversation without its farewell; the server closes first.</summary>
    private static CapturedPacket[] Talk(uint client, uint server)
    {
        uint C(uint relative) => unchecked(client + relative);
        uint S(uint relative) => unchecked(server + relative);
        return
        [
            MadePackets.Tcp(1, true, ControlBits.Syn, C(0), 0),
            MadePackets.Tcp(2, false, SynAck, S(0), C(1)),
            MadePackets.Tcp(3, true, ControlBits.Ack, C(1), S(1)),
            MadePackets.Tcp(4, true, ControlBits.Psh | ControlBits.Ack, C(1), S(1), 10),
            MadePackets.Tcp(5, false, ControlBits.Ack, S(1), C(11)),
            MadePackets.Tcp(6, true, ControlBits.Psh | ControlBits.Ack, C(11), S(1), 6),
            MadePackets.Tcp(7, false, ControlBits.Ack, S(1), C(17)),
            MadePackets.Tcp(8, false, FinAck, S(1), C(17)),
            MadePackets.Tcp(9, true, FinAck, C(17), S(2)),
            MadePackets.Tcp(10, false, ControlBits.Ack, S(2), C(18)),
        ];
    }

    private static List<TcpPosition> Follow(CapturedPacket[] packets)
    {
        var conversations = new TcpConversations();
        return [.. packets.Select(packet => conversations.Follow(packet)!)];
    }

    private static List<string> States(CapturedPacket[] packets)
    {
        var (conversations, trace) = (new TcpConversations(), new TcpStateTrace());
        return
        [
            .. packets.SelectMany(packet =>
            {
                packet.Position = conversations.Follow(packet);
                return trace.Follow(packet);
            }).Select(change => $"{(change.Own.Equals(MadePackets.Server) ? "server" : "client")} {change.State}"),
        ];
    }
}
