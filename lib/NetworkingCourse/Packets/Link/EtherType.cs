using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>The EtherTypes, which say what a frame carries (IEEE 802; IANA lists the numbers).</summary>
internal static class EtherType
{
    public const ushort Ipv4 = 0x0800;
    public const ushort Arp = 0x0806;
    public const ushort Ipv6 = 0x86dd;

    /// <summary>
    /// The lowest EtherType. A number below it is the length of the frame (IEEE 802.3), and an LLC header follows.
    /// </summary>
    public const ushort Lowest = 0x0600;

    /// <summary>Whether a VLAN tag follows (IEEE 802.1Q).</summary>
    public static bool IsTag(int type) => type is 0x8100 or 0x88a8 or 0x9100;

    /// <summary>The name of an EtherType, for the common ones.</summary>
    public static string NameOf(int type) => type switch
    {
        Ipv4 => "IPv4",
        Ipv6 => "IPv6",
        Arp => "ARP",
        0x8035 => "RARP",
        _ when IsTag(type) => "VLAN tag",
        0x8847 or 0x8848 => "MPLS",
        0x8863 or 0x8864 => "PPPoE",
        0x888e => "EAPOL",
        0x88cc => "LLDP",
        0x88e5 => "MACsec",
        0x88f7 => "PTP",
        < Lowest => "LLC",
        _ => InvariantText.Format($"EtherType 0x{type:x4}"),
    };
}
