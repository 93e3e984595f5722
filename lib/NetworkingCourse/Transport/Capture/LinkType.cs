namespace NetworkingCourse.Transport;

/// <summary>
/// What comes before the IP header in a captured packet, by the numbers of the capture file format (the LINKTYPE_ values of
/// tcpdump.org).
/// </summary>
public enum LinkType
{
    /// <summary>Four bytes that name the address family, in the byte order of the machine: loopback on macOS, the BSDs, and with Npcap on Windows.</summary>
    Null = 0,

    /// <summary>An Ethernet header: loopback on Linux, with addresses of zeros.</summary>
    Ethernet = 1,

    /// <summary>Nothing: the IP header comes first.</summary>
    Raw = 101,

    /// <summary>Four bytes that name the address family, in network byte order: loopback on OpenBSD.</summary>
    Loop = 108,

    /// <summary>
    /// Linux "cooked" capture: a header that stands for whatever the interface has. <c>tcpdump -i any</c> writes it.
    /// </summary>
    LinuxCooked = 113,

    /// <summary>Nothing: an IPv4 header comes first.</summary>
    Ipv4 = 228,

    /// <summary>Nothing: an IPv6 header comes first.</summary>
    Ipv6 = 229,

    /// <summary>The second version of the "cooked" header, which names the interface too.</summary>
    LinuxCooked2 = 276,
}
