using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using CsCheck;
using NetworkingCourse.Packets;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;
using PacketDotNet;

namespace NetworkingCourse.Tests.Transport.Broadcast;

public sealed class BroadcastTests
{
    [Fact]
    public async Task Where_loopback_has_no_broadcast_a_receiver_refuses_to_start()
    {
        if (LoopbackBroadcast.UnavailableReason() is null)
        {
            await using var receiver = BroadcastReceiver.Start(TestServers.FreshName());
            Assert.Equal(LoopbackBroadcast.Address, receiver.EndPoint.Address);
        }
        else
        {
            Assert.Throws<PlatformNotSupportedException>(() => BroadcastReceiver.Start(TestServers.FreshName()));
        }
    }

    [NeedsFact(Need.LoopbackBroadcast)]
    public async Task One_datagram_is_heard_by_all_who_share_the_port_and_not_by_who_is_bound_to_127_0_0_1()
    {
        await using var one = BroadcastReceiver.Start(TestServers.FreshName());
        await using var other = BroadcastReceiver.Start(TestServers.FreshName(), one.EndPoint.Port);
        await using var single = UdpSocket.Open(one.EndPoint.Port);
        await using var caller = UdpSocket.Open();
        caller.Socket.EnableBroadcast = true;

        caller.Send("Is anybody there?", one.EndPoint);
        ReceivedDatagram[] answers = [await caller.ReceiveAsync(), await caller.ReceiveAsync()];
        caller.Send("Only you", single.EndPoint);

        Assert.Equal(
            ((string[])[$"{one.Name} has heard you", $"{other.Name} has heard you"]).Order(),
            answers.Select(answer => answer.Text).Order());
        Assert.All(answers, answer => Assert.Equal(IPAddress.Loopback, answer.From.Address));
        Assert.Equal("Only you", (await single.ReceiveAsync()).Text);
        Assert.Empty(single.TakeWaiting());
        Assert.Equal((1, 1), (one.Log.Count(DatagramEventKind.Received), other.Log.Count(DatagramEventKind.Received)));
    }

    [NeedsFact(Need.LoopbackBroadcast)]
    public async Task Without_the_option_the_system_refuses()
    {
        await using var caller = UdpSocket.Open();
        var refusal = Assert.Throws<SocketException>(() =>
            caller.Send("Everybody!", new IPEndPoint(LoopbackBroadcast.Address, 9)));
        Assert.Equal(SocketError.AccessDenied, refusal.SocketErrorCode);
    }

    [NeedsFact(Need.Linux)]
    public async Task On_Linux_0_0_0_0_as_a_destination_is_the_senders_own_address()
    {
        await using var receiver = UdpSocket.Open();
        await using var sender = UdpSocket.Open();
        sender.Send("To 0.0.0.0", new IPEndPoint(IPAddress.Any, receiver.EndPoint.Port));
        var received = await receiver.ReceiveAsync();
        Assert.Equal(("To 0.0.0.0", sender.EndPoint, IPAddress.Loopback), (received.Text, received.From, received.To));
    }

    [NeedsFact(Need.LoopbackBroadcast)]
    public async Task The_name_may_be_run_again_and_garbage_harms_nobody()
    {
        var name = TestServers.FreshName();
        await using var old = BroadcastReceiver.Start(name);
        await using var receiver = BroadcastReceiver.Start(name, old.EndPoint.Port);
        await using var caller = UdpSocket.Open();
        caller.Socket.EnableBroadcast = true;
        foreach (var datagram in (byte[][])[[], [0, 255, 10, 13], new byte[60_000]])
        {
            caller.Send(datagram, receiver.EndPoint);
            Assert.Equal($"{name} has heard you", (await caller.ReceiveAsync()).Text);
        }

        Assert.Equal(DatagramEventKind.Stopped, old.Log.Events[^1].Kind);
    }

    [Fact]
    public void A_built_packet_is_what_another_parser_reads_too()
    {
        var destinations = Gen.OneOfConst("255.255.255.255", "198.51.100.255", "224.0.0.251", "239.255.255.250");
        // The other parser takes what is sent to these ports for packets in a tunnel (L2TP, Teredo, VXLAN), and reads on in them.
        var ports = Gen.UShort.Where(port => port is not (1701 or 3544 or 4789));
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 0, 40], ports, destinations).Sample((text, port, destination) =>
        {
            var view = BuiltPacket.ToMany(IPAddress.Parse(destination), text, port);
            var frame = Assert.IsType<EthernetPacket>(Packet.ParsePacket(LinkLayers.Ethernet, view.Bytes.ToArray()));
            var (ip, udp) = (frame.Extract<IPv4Packet>(), frame.Extract<UdpPacket>());
            Assert.Equal((destination, 1, port), (ip.DestinationAddress.ToString(), ip.TimeToLive, udp.DestinationPort));
            Assert.True(ip.ValidIPChecksum && udp.ValidUdpChecksum);
            Assert.True(InternetChecksum.IsIntact(ip.HeaderData));
            Assert.Equal(BuiltPacket.CardOf(IPAddress.Parse(destination)), frame.DestinationHardwareAddress);
            Assert.Equal(
                destination,
                view.Field("destination address").Meaning.Length > 0 ? ip.DestinationAddress.ToString() : "no meaning");
        });
    }

    [Theory]
    [InlineData("224.0.0.251", "01005E0000FB")]
    [InlineData("239.129.2.3", "01005E010203")]
    [InlineData("255.255.255.255", "FFFFFFFFFFFF")]
    [InlineData("198.51.100.255", "FFFFFFFFFFFF")]
    public void The_cards_address_is_made_from_the_groups(string destination, string card)
    {
        Assert.Equal(PhysicalAddress.Parse(card), BuiltPacket.CardOf(IPAddress.Parse(destination)));
        Assert.Throws<ArgumentException>(() => BuiltPacket.CardOf(IPAddress.Parse("198.51.100.8")));
    }

    [Fact]
    public void A_directed_broadcast_has_all_other_bits_set() => Gen.Select(Gen.UInt, Gen.Int[0, 32]).Sample((address, prefix) =>
    {
        var expected = prefix == 32 ? address : address | (uint.MaxValue >> prefix);
        Assert.Equal(Address(expected), BuiltPacket.DirectedBroadcast(Address(address), prefix));
    });

    private static IPAddress Address(uint bits) => new([(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits]);
}
