using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// Names that a resolver answers by itself (RFC 6761). <c>localhost</c> and all names below it have the loopback addresses and no
/// other records (section 6.3); <c>invalid</c> and all names below it do not exist (section 6.4). The names below <c>test</c>
/// would be treated the same way (section 6.2) if this resolver were not configured otherwise: they are the names of the course.
/// </summary>
internal static class SpecialNames
{
    private const uint TimeToLive = 10_800; // seconds, as in the empty zones of RFC 6303, section 3

    private static readonly DnsName Localhost = DnsName.Parse("localhost");
    private static readonly DnsName Invalid = DnsName.Parse("invalid");

    /// <summary>Looks up a special name; null for any other name.</summary>
    public static CachedAnswer? Find(DnsName name, DnsType type) =>
        name.IsWithin(Invalid) ? new CachedAnswer([], ResponseCode.NameError, Start(Invalid))
        : !name.IsWithin(Localhost) ? null
        : type == DnsType.A ? Loopback(name, type, "127.0.0.1")
        : type == DnsType.AAAA ? Loopback(name, type, "::1")
        : new CachedAnswer([], ResponseCode.NoError, Start(Localhost));

    private static CachedAnswer Loopback(DnsName name, DnsType type, string address) =>
        new([new DnsRecord(name, type, TimeToLive, new AddressData(Address.Parse(address)))]);

    private static DnsRecord Start(DnsName zone)
    {
        var data = new ZoneStartData(zone, DnsName.Parse("nobody.invalid"), 1, 3_600, 1_200, 604_800, TimeToLive);
        return new DnsRecord(zone, DnsType.SOA, TimeToLive, data);
    }
}
