namespace NetworkingCourse.Packets;

/// <summary>
/// The kind of header before the IP header in a captured packet. The numbers are those of the capture file formats (the
/// LINKTYPE_ values of tcpdump.org).
/// </summary>
public enum LinkType
{
    /// <summary>
    /// Four bytes with the address family, in the byte order of the machine: loopback on macOS and the
    /// BSDs, and with Npcap on Windows.
    /// </summary>
    Null = 0,

    /// <summary>An Ethernet header: loopback on Linux, with all-zero addresses.</summary>
    Ethernet = 1,

    /// <summary>No link header: the IP header comes first.</summary>
    Raw = 101,

    /// <summary>Four bytes with the address family, in network byte order: loopback on OpenBSD.</summary>
    Loop = 108,

    /// <summary>
    /// Linux "cooked" capture: a generic header that replaces that of the interface. <c>tcpdump -i any</c> writes it.
    /// </summary>
    LinuxCooked = 113,

    /// <summary>No link header: an IPv4 header comes first.</summary>
    Ipv4 = 228,

    /// <summary>No link header: an IPv6 header comes first.</summary>
    Ipv6 = 229,

    /// <summary>The second version of the "cooked" header, which also names the interface.</summary>
    LinuxCooked2 = 276,
}
