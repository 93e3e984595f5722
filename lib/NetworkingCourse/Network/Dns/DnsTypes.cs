using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>The type of a resource record (RFC 1035, section 3.2.2). Values not listed here are allowed too.</summary>
public enum DnsType : ushort
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A name server of the zone.</summary>
    NS = 2,

    /// <summary>The canonical name, of which this name is an alias.</summary>
    CNAME = 5,

    /// <summary>The start of a zone; it also limits how long negative answers may be cached.</summary>
    SOA = 6,

    /// <summary>The name that belongs to an address.</summary>
#pragma warning disable CA1720 // the DNS name of the type
    PTR = 12,
#pragma warning restore CA1720

    /// <summary>A host that accepts mail for the domain.</summary>
    MX = 15,

    /// <summary>Text.</summary>
    TXT = 16,

    /// <summary>An IPv6 address (RFC 3596).</summary>
    AAAA = 28,

    /// <summary>The sender's capabilities beyond RFC 1035 (EDNS, RFC 6891). It never occurs in a zone.</summary>
    OPT = 41,

    /// <summary>
    /// A digest of a delegated zone's key. The record belongs to the parent zone, not to the zone itself (RFC 4034, section 5).
    /// </summary>
    DS = 43,

    /// <summary>In a question: the changes to a zone (RFC 1995).</summary>
    IXFR = 251,

    /// <summary>In a question: an entire zone (RFC 5936).</summary>
    AXFR = 252,

    /// <summary>In a question: obsolete.</summary>
    MAILB = 253,

    /// <summary>In a question: obsolete.</summary>
    MAILA = 254,

    /// <summary>In a question: all records of the name.</summary>
    ANY = 255,
}

/// <summary>
/// The result of a query (RFC 1035, section 4.1.1): 4 bits in the header, and 8 more in an OPT record (RFC 6891, section 6.1.3).
/// </summary>
public enum ResponseCode : ushort
{
    /// <summary>The query succeeded, though possibly with no records.</summary>
    NoError = 0,

    /// <summary>The server could not parse the query.</summary>
    FormatError = 1,

    /// <summary>The server failed to answer the query.</summary>
    ServerFailure = 2,

    /// <summary>The name does not exist (NXDOMAIN).</summary>
    NameError = 3,

    /// <summary>The server does not support this kind of query.</summary>
    NotImplemented = 4,

    /// <summary>The server refuses to answer.</summary>
    Refused = 5,

    /// <summary>The server does not support this version of EDNS (BADVERS; RFC 6891, section 9).</summary>
    BadVersion = 16,
}

/// <summary>The kind of request in a message (RFC 1035, section 4.1.1).</summary>
public enum DnsOperation : byte
{
    /// <summary>Look up a name.</summary>
    Query = 0,

    /// <summary>Obsolete (RFC 3425).</summary>
    InverseQuery = 1,

    /// <summary>Ask for the status of the server.</summary>
    Status = 2,

    /// <summary>Announce that a zone has changed (RFC 1996).</summary>
    Notify = 4,

    /// <summary>Change a zone (RFC 2136).</summary>
    Update = 5,
}

/// <summary>The classes of RFC 1035, section 3.2.4, of which only the Internet matters today.</summary>
internal static class DnsClass
{
    public const ushort Internet = 1;
    public const ushort None = 254;
    public const ushort Any = 255;

    /// <summary>A human-readable name of a class; empty if it has none.</summary>
    public static string NameOf(ushort value) => value switch
    {
        Internet => "IN, the Internet",
        3 => "CH, Chaosnet",
        4 => "HS, Hesiod",
        None => "none",
        Any => "any",
        _ => "",
    };

    /// <summary>The class in zone-file form (RFC 3597, section 5).</summary>
    public static string Text(ushort value) => value == Internet ? "IN" : InvariantText.Format($"CLASS{value}");
}

/// <summary>Properties of record types.</summary>
internal static class DnsTypes
{
    private const ushort FirstMeta = 128;
    private const ushort LastMeta = 255;

    /// <summary>
    /// Whether the type occurs only in questions or messages, so that no name has records of it (RFC 6895, section 3.1).
    /// </summary>
    public static bool IsMeta(this DnsType type) =>
        type is 0 or DnsType.OPT || (ushort)type is >= FirstMeta and <= LastMeta;

    /// <summary>Whether this library parses the data of the type. Such data is never empty.</summary>
    public static bool IsKnown(this DnsType type) => type is
        DnsType.A or DnsType.AAAA or DnsType.NS or DnsType.CNAME or DnsType.PTR or DnsType.MX or DnsType.TXT or DnsType.SOA;

    /// <summary>The type in zone-file form: <c>A</c>, or <c>TYPE65</c> if it has no name here (RFC 3597, section 5).</summary>
    public static string Text(this DnsType type) =>
        Enum.IsDefined(type) ? type.ToString() : InvariantText.Format($"TYPE{(ushort)type}");
}
