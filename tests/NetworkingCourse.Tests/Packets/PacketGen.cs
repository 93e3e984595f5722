using CsCheck;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Packets;

/// <summary>Random addresses, headers and packets.</summary>
internal static class PacketGen
{
    public static Gen<Address> V4 { get; } = Gen.UInt.Select(Address.V4);

    // IPv6 text is all about groups of zeros, so half of the groups are 0.
    public static Gen<Address> V6 { get; } = Gen.OneOf(Gen.Const((ushort)0), Gen.UShort).Array[8]
        .Select(groups => Address.V6(groups.Aggregate(UInt128.Zero, (bits, group) => (bits << 16) | group)));

    public static Gen<Address> Any { get; } = Gen.OneOf(V4, V6);

    public static Gen<Prefix> Prefixes { get; } =
        from address in Any
        from length in Gen.Int[0, address.Width]
        select Prefix.Of(address, length);

    public static Gen<Ipv4Header> Ipv4Headers { get; } =
        from source in V4
        from destination in V4
        from protocol in Gen.Byte
        from trafficClass in Gen.Byte
        from identification in Gen.UShort
        from timeToLive in Gen.Byte
        from options in Gen.Int[0, 10].SelectMany(words => Gen.Byte.Array[words * 4])
        select new Ipv4Header(source, destination, (IpProtocol)protocol)
        {
            TrafficClass = trafficClass,
            Identification = identification,
            TimeToLive = timeToLive,
            Options = options,
        };

    public static Gen<Ipv4Packet> Ipv4Packets(int maxBytes) =>
        from header in Ipv4Headers from payload in Gen.Byte.Array[0, maxBytes] select new Ipv4Packet(header, payload);

    public static Gen<Ipv6Packet> Ipv6Packets(int maxBytes) =>
        from source in V6
        from destination in V6
        from trafficClass in Gen.Byte
        from flow in Gen.UInt[0, Ipv6Header.HighestFlowLabel]
        from hops in Gen.Byte
        from kinds in Gen.Bool.Array[4]
        from bodies in Gen.Int[0, 3].SelectMany(units => Gen.Byte.Array[6 + 8 * units]).Array[4]
        from payload in Gen.Byte.Array[0, maxBytes]
        let types = new[]
        {
            IpProtocol.HopByHopOptions,
            IpProtocol.DestinationOptions,
            IpProtocol.Routing,
            IpProtocol.DestinationOptions,
        }
        let header = new Ipv6Header(source, destination) { TrafficClass = trafficClass, FlowLabel = flow, HopLimit = hops }
        select new Ipv6Packet(header, IpProtocol.Udp, payload)
        {
            Extensions =
            [
                .. types.Zip(bodies).Where((_, i) => kinds[i]).Select(pair => new Ipv6Extension(pair.First, pair.Second)),
            ],
        };
}
