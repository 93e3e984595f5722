namespace NetworkingCourse.Transport;

/// <summary>What stands before the IP header in a captured packet, by the numbers of the capture file format (the LINKTYPE_ values of tcpdump.org).</summary>
public enum LinkType
{
    /// <summary>Four bytes that name the address family, in the byte order of the machine: loopback on macOS, the BSDs, and with Npcap on Windows.</summary>
    Null = 0,

    /// <summary>An Ethernet header: loopback on Linux, with addresses of zeros.</summary>
    Ethernet = 1,

    /// <summary>Nothing: the IP header comes first.</summary>
    Raw = 101,
}
