using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Datagrams;

public sealed class UdpSocketTests
{
    [Fact]
    public async Task A_dead_port_is_told_to_a_connected_socket_and_to_no_other()
    {
        var dead = new IPEndPoint(IPAddress.Loopback, UdpSocket.DeadPort());
        await using var connected = UdpSocket.Open().ConnectTo(dead);
        connected.Send("Anybody there?");
        var refusal = await Assert.ThrowsAnyAsync<SocketException>(() => connected.ReceiveAsync());
        Assert.True(refusal.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset);

        if (!OperatingSystem.IsWindows())
        {
            await using var open = UdpSocket.Open();
            open.Send("Anybody there?", dead);
            var silence = await Assert.ThrowsAsync<TimeoutException>(() =>
                open.ReceiveAsync(deadline: TimeSpan.FromMilliseconds(100)));
            Assert.Contains("within 100 ms", silence.Message);
        }
    }

    [Fact]
    public async Task A_connected_socket_hears_its_peer_and_nobody_else()
    {
        await using var mine = UdpSocket.Open();
        await using var friend = UdpSocket.Open();
        await using var stranger = UdpSocket.Open();
        mine.ConnectTo(friend.EndPoint);
        stranger.ConnectTo(mine.EndPoint).Send("Let me in");
        friend.Send("It is me", mine.EndPoint);

        var heard = await mine.ReceiveAsync();

        Assert.Equal(("It is me", friend.EndPoint), (heard.Text, heard.From));
        Assert.Empty(mine.TakeWaiting());
    }

    [Fact]
    public async Task The_longest_datagram_has_65507_bytes_and_one_more_is_refused()
    {
        await using var one = UdpSocket.Open();
        await using var other = UdpSocket.Open();
        one.Send(new byte[65_507], other.EndPoint);
        Assert.Equal(65_507, (await other.ReceiveAsync()).Content.Length);
        var refusal = Assert.Throws<SocketException>(() => one.Send(new byte[65_508], other.EndPoint));
        Assert.Equal(SocketError.MessageSize, refusal.SocketErrorCode);
    }

    [Fact]
    public async Task What_has_no_room_is_cut_off_and_the_next_datagram_is_whole()
    {
        await using var one = UdpSocket.Open();
        await using var other = UdpSocket.Open();
        one.Send("Hello, who is there?", other.EndPoint);
        one.Send("Still there?", other.EndPoint);

        var (first, second) = (await other.ReceiveAsync(room: 5), await other.ReceiveAsync(room: 12));

        Assert.Equal(("Hello", true), (first.Text, first.IsCutOff));
        Assert.Equal(("Still there?", false), (second.Text, second.IsCutOff));
        Assert.EndsWith("and the rest was cut off", first.ToString());
    }

    [Fact]
    public async Task A_small_buffer_keeps_the_first_ones_and_the_system_counts_the_others()
    {
        await using var slow = UdpSocket.Open(receiveBuffer: 2048);
        await using var sender = UdpSocket.Open();
        for (var i = 1; i <= 500; i++)
        {
            sender.Send($"number {i}", slow.EndPoint);
        }

        var entry = Assert.Single(UdpTable.Entries(slow.EndPoint.Port));
        var arrived = slow.TakeWaiting();

        Assert.InRange(arrived.Count, 1, 100);
        Assert.Equal(Enumerable.Range(1, arrived.Count).Select(i => $"number {i}"), arrived.Select(datagram => datagram.Text));
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(500 - arrived.Count, entry.Dropped);
            Assert.True(entry.Queued > 0);
            Assert.Equal(0, Assert.Single(UdpTable.Entries(slow.EndPoint.Port)).Queued);
        }
    }

    [Fact]
    public async Task It_sends_to_loopback_only()
    {
        await using var socket = UdpSocket.Open();
        foreach (var address in (string[])["192.0.2.1", "255.255.255.255", "224.0.0.1", "198.51.100.255"])
        {
            var elsewhere = new IPEndPoint(IPAddress.Parse(address), 9);
            Assert.Contains("not on loopback", Assert.Throws<ArgumentException>(() => socket.Send("no", elsewhere)).Message);
            Assert.Throws<ArgumentException>(() => socket.ConnectTo(elsewhere));
        }
    }

    [NeedsFact(Need.Linux)]
    public async Task Descriptors_are_seen_to_come_and_go()
    {
        var before = OpenDescriptors.Now();
        var socket = UdpSocket.Open();
        var number = (int)socket.Descriptor;

        Assert.StartsWith("socket:[", OpenDescriptors.Now().Since(before).All[number]);
        Assert.Contains(number.ToString(System.Globalization.CultureInfo.InvariantCulture), OpenDescriptors.Now().ToString());
        var kind = OpenDescriptors.Now().All[number];
        await socket.DisposeAsync();
        Assert.NotEqual(kind, OpenDescriptors.Now().All.GetValueOrDefault(number));
    }

    [Fact]
    public void The_systems_table_is_read_as_the_kernel_writes_it()
    {
        string[] lines =
        [
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
            " 3391: 0100007F:3039 0100007F:0035 01 00000000:00000D00 00:00000000 00000000     "
            + "0        0 22 2 0000000000000000 496",
            " 3392: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 23 2 0000000000000000 0",
        ];
        Assert.Equal(
            [
                new UdpEntry(IPEndPoint.Parse("127.0.0.1:12345"), IPEndPoint.Parse("127.0.0.1:53"), 3328, 496),
                new UdpEntry(IPEndPoint.Parse("0.0.0.0:68"), null, 0, 0),
            ],
            UdpTable.Parse(lines));
    }
}
