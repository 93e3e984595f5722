using CsCheck;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Packets.Ip;

public sealed class FragmentationTests
{
    [Fact]
    public void At_any_MTU_and_in_any_order_and_with_repetitions_an_IPv4_packet_is_put_together_again() =>
        Gen.Select(PacketGen.Ipv4Packets(2000), Gen.Int[28, 1600], Gen.UInt).Sample((packet, mtu, order) =>
        {
            mtu = Math.Max(mtu, packet.Header.Length + 8);
            var fragments = Fragmentation.Split(packet, mtu);
            var first = fragments[0].Header.Options.Span.SequenceEqual(packet.Header.Options.Span);
            // Whatever a router sends goes out as bytes, and may arrive twice.
            var sent = Shuffled([.. fragments, fragments[(int)(order % fragments.Count)]], order)
                .Select(fragment => Ipv4Packet.Parse(fragment.ToBytes()))
                .ToList();
            var (reassembler, whole) = (new Ipv4Reassembler(), new List<Ipv4Packet>());
            foreach (var fragment in sent)
            {
                if (reassembler.Add(fragment, TimeSpan.Zero) is { Fate: FragmentFate.Completed, Packet: { } completed })
                {
                    whole.Add(completed);
                }
            }

            return first
                && fragments.All(fragment => fragment.Length <= mtu || fragments.Count == 1)
                && whole[0].ToBytes().AsSpan().SequenceEqual(packet.ToBytes());
        });

    [Fact]
    public void A_fragment_can_be_fragmented_again_and_the_receiver_does_not_notice() =>
        Gen.Select(PacketGen.Ipv4Packets(3000), Gen.Int[500, 1500], Gen.Int[100, 499], Gen.UInt)
            .Sample((packet, wide, narrow, order) =>
            {
                var fragments = Fragmentation.Split(packet, wide)
                    .SelectMany(fragment => Fragmentation.Split(fragment, narrow))
                    .ToList();
                var reassembler = new Ipv4Reassembler();
                var results = Shuffled(fragments, order).Select(fragment => reassembler.Add(fragment, TimeSpan.Zero)).ToList();
                return fragments.All(fragment => fragment.Length <= narrow)
                    && results[^1].Packet!.ToBytes().AsSpan().SequenceEqual(packet.ToBytes())
                    && results.SkipLast(1).All(result => result.Fate == FragmentFate.Kept)
                    && reassembler.Pending == 0;
            });

    [Fact]
    public void At_any_MTU_and_in_any_order_an_IPv6_packet_is_put_together_again() =>
        Gen.Select(PacketGen.Ipv6Packets(3000), Gen.Int[200, 1600], Gen.UInt).Sample((packet, mtu, order) =>
        {
            var fragments = Fragmentation.Split(packet, mtu, order);
            var sent = Shuffled(fragments, order).Select(fragment => Ipv6Packet.Parse(fragment.ToBytes())).ToList();
            var reassembler = new Ipv6Reassembler();
            var results = sent.Select(fragment => reassembler.Add(fragment, TimeSpan.Zero)).ToList();
            var types = packet.Extensions.Select(extension => extension.Type);
            return fragments.All(fragment => fragment.Length <= mtu)
                && results[^1].Packet!.ToBytes().AsSpan().SequenceEqual(packet.ToBytes())
                && results[^1].Packet!.Extensions.Select(extension => extension.Type).SequenceEqual(types);
        });

    [Fact]
    public void With_a_fragment_missing_nothing_comes_out_and_what_is_missing_is_said() =>
        Gen.Select(PacketGen.Ipv4Packets(3000), Gen.UInt).Sample((packet, order) =>
        {
            var fragments = Fragmentation.Split(packet, 300).ToList();
            if (fragments.Count < 2)
            {
                return true;
            }

            var missing = fragments[(int)(order % fragments.Count)];
            fragments.Remove(missing);
            var reassembler = new Ipv4Reassembler();
            var results = Shuffled(fragments, order).Select(fragment => reassembler.Add(fragment, TimeSpan.Zero)).ToList();
            var offset = missing.Header.FragmentOffset;
            var hole = new Hole(offset, missing.Header.MoreFragments ? offset + missing.Payload.Length - 1 : int.MaxValue);
            return results.All(result => result.Fate == FragmentFate.Kept && result.Packet is null)
                && results[^1].Detail == $"missing bytes: {hole}"
                && reassembler.Add(missing, TimeSpan.Zero).Packet!.ToBytes().AsSpan().SequenceEqual(packet.ToBytes());
        });

    [Fact]
    public void A_packet_that_fits_is_left_as_it_is_and_one_that_may_not_be_cut_is_not()
    {
        var header = new Ipv4Header(Address.Parse("192.0.2.1"), Address.Parse("198.51.100.2"), IpProtocol.Udp)
        {
            DontFragment = true,
        };
        var packet = new Ipv4Packet(header, new byte[1480]);

        Assert.Same(packet, Assert.Single(Fragmentation.Split(packet, 1500)));
        Assert.Contains(
            "1,500 bytes, the link takes 1,499",
            Assert.Throws<InvalidOperationException>(() => Fragmentation.Split(packet, 1499)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Fragmentation.Split(new Ipv4Packet(header with { DontFragment = false }, new byte[100]), 27));
        var six = new Ipv6Packet(
            new Ipv6Header(Address.Parse("2001:db8::1"), Address.Parse("2001:db8::2")), IpProtocol.Udp, new byte[3000]);
        var fragments = Fragmentation.Split(six, 1280, 7);
        // The first two have 1,232 bytes of payload each.
        Assert.Equal([1280, 1280, 584], fragments.Select(fragment => fragment.Length));
        Assert.Throws<ArgumentException>(() => Fragmentation.Split(fragments[0], 600, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fragmentation.Split(six, 55, 7));
    }

    [Fact]
    public void Options_that_are_to_be_copied_are_in_every_fragment_and_the_others_in_the_first_alone()
    {
        byte[] record = [7, 7, 4, 0, 0, 0, 0], strict = [137, 3, 4];
        var options = (byte[])[.. record, 1, .. strict, 0];
        var header = new Ipv4Header(Address.Parse("192.0.2.1"), Address.Parse("198.51.100.2"), IpProtocol.Udp)
        {
            Options = options,
        };
        var packet = new Ipv4Packet(header, new byte[100]);

        var fragments = Fragmentation.Split(packet, 80);

        Assert.Equal(options, fragments[0].Header.Options.ToArray());
        Assert.All(fragments.Skip(1), fragment => Assert.Equal([.. strict, 0], fragment.Header.Options.ToArray()));
    }

    [Fact]
    public void Packets_of_others_and_with_other_numbers_are_kept_apart()
    {
        var header = new Ipv4Header(Address.Parse("192.0.2.1"), Address.Parse("198.51.100.2"), IpProtocol.Udp)
        {
            Identification = 1,
        };
        Ipv4Header[] headers =
        [
            header,
            header with { Identification = 2 },
            header with { Source = Address.Parse("192.0.2.2") },
            header with { Protocol = IpProtocol.Tcp },
        ];
        var packets = headers.Select((own, i) => new Ipv4Packet(own, Enumerable.Repeat((byte)i, 100).ToArray())).ToList();
        var reassembler = new Ipv4Reassembler();

        // All the first halves, then all the second halves.
        var halves = packets.Select(packet => Fragmentation.Split(packet, 76)).ToList();
        Assert.All(halves, half => Assert.Null(reassembler.Add(half[0], TimeSpan.Zero).Packet));
        Assert.Equal(4, reassembler.Pending);
        Assert.All(
            halves.Zip(packets),
            pair => Assert.Equal(
                pair.Second.ToBytes(), reassembler.Add(pair.First[1], TimeSpan.Zero).Packet!.ToBytes()));
    }

    [Fact]
    public void What_waits_too_long_is_given_up_and_its_first_fragment_handed_back_for_the_error_message()
    {
        var header = new Ipv4Header(Address.Parse("192.0.2.1"), Address.Parse("198.51.100.2"), IpProtocol.Udp);
        var withHead = Fragmentation.Split(new Ipv4Packet(header, new byte[100]), 76);
        var without = Fragmentation.Split(new Ipv4Packet(header with { Identification = 2 }, new byte[100]), 76);
        var reassembler = new Ipv4Reassembler(TimeSpan.FromSeconds(30));
        reassembler.Add(withHead[0], TimeSpan.FromSeconds(5));
        reassembler.Add(without[1], TimeSpan.FromSeconds(6));

        Assert.Empty(reassembler.Expire(TimeSpan.FromSeconds(34.9)));
        Assert.Equal([withHead[0]], reassembler.Expire(TimeSpan.FromSeconds(35)));
        Assert.Equal([null], reassembler.Expire(TimeSpan.FromSeconds(36)));
        Assert.Equal(FragmentFate.Kept, reassembler.Add(withHead[1], TimeSpan.FromSeconds(37)).Fate);
        // Even if nobody asked about what has become too old, it is not joined to what comes later.
        Assert.Equal(FragmentFate.Kept, reassembler.Add(withHead[0], TimeSpan.FromSeconds(67)).Fate);
    }

    [Fact]
    public void Of_those_that_never_become_whole_only_so_many_are_kept()
    {
        var header = new Ipv4Header(Address.Parse("192.0.2.1"), Address.Parse("198.51.100.2"), IpProtocol.Udp)
        {
            MoreFragments = true,
        };
        var reassembler = new Ipv4Reassembler();
        for (var i = 0; i < 1000; i++)
        {
            reassembler.Add(new Ipv4Packet(header with { Identification = (ushort)i }, new byte[8]), TimeSpan.FromTicks(i));
        }

        Assert.Equal(Reassembler<Ipv4Packet>.MaxPackets, reassembler.Pending);
    }

    [Fact]
    public void Fragments_that_would_make_too_long_a_packet_are_refused_with_the_header_counted()
    {
        var header = new Ipv4Header(Address.Parse("192.0.2.1"), Address.Parse("198.51.100.2"), IpProtocol.Icmp);
        var reassembler = new Ipv4Reassembler();
        reassembler.Add(new Ipv4Packet(header with { MoreFragments = true }, new byte[65_512]), TimeSpan.Zero);

        var end = reassembler.Add(new Ipv4Packet(header with { FragmentOffset = 65_512 }, new byte[16]), TimeSpan.Zero);

        Assert.Equal(
            (FragmentFate.Refused, "The whole packet would have 65,548 bytes; the limit is 65,535."),
            (end.Fate, end.Detail));
    }

    private static T[] Shuffled<T>(IReadOnlyList<T> items, uint seed)
    {
        var copy = items.ToArray();
        new Random((int)seed).Shuffle(copy);
        return copy;
    }
}
