using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>What a record says (RFC 1035, section 3.2.2). Any other number is allowed too.</summary>
public enum DnsType : ushort
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A server that has the zone.</summary>
    NS = 2,

    /// <summary>The name is another word for this one.</summary>
    CNAME = 5,

    /// <summary>How the zone begins, and how long it may be remembered that something is not in it.</summary>
    SOA = 6,

    /// <summary>Of an address, the name.</summary>
#pragma warning disable CA1720 // in DNS a pointer is called so
    PTR = 12,
#pragma warning restore CA1720

    /// <summary>Who takes the domain's mail.</summary>
    MX = 15,

    /// <summary>Text.</summary>
    TXT = 16,

    /// <summary>An IPv6 address (RFC 3596).</summary>
    AAAA = 28,

    /// <summary>What a sender understands beyond RFC 1035 (EDNS, RFC 6891): no record of a zone.</summary>
    OPT = 41,

    /// <summary>
    /// A digest of the key of a delegated zone. It is the parent's record, not the zone's own (RFC 4034, section 5).
    /// </summary>
    DS = 43,

    /// <summary>In a question: what has changed in the zone (RFC 1995).</summary>
    IXFR = 251,

    /// <summary>In a question: the whole zone (RFC 5936).</summary>
    AXFR = 252,

    /// <summary>In a question: obsolete.</summary>
    MAILB = 253,

    /// <summary>In a question: obsolete.</summary>
    MAILA = 254,

    /// <summary>In a question: whatever there is.</summary>
    ANY = 255,
}

/// <summary>
/// What became of a question (RFC 1035, section 4.1.1): 4 bits of the header, and 8 more in an OPT record (RFC 6891, section
/// 6.1.3).
/// </summary>
public enum ResponseCode : ushort
{
    /// <summary>It was answered; perhaps with nothing.</summary>
    NoError = 0,

    /// <summary>The server could not read it.</summary>
    FormatError = 1,

    /// <summary>The server could not answer it.</summary>
    ServerFailure = 2,

    /// <summary>There is no such name (NXDOMAIN).</summary>
    NameError = 3,

    /// <summary>The server does not do that.</summary>
    NotImplemented = 4,

    /// <summary>The server does not want to.</summary>
    Refused = 5,

    /// <summary>The server does not know this version of EDNS (BADVERS; RFC 6891, section 9).</summary>
    BadVersion = 16,
}

/// <summary>What a message asks for (RFC 1035, section 4.1.1).</summary>
public enum DnsOperation : byte
{
    /// <summary>Look up a name.</summary>
    Query = 0,

    /// <summary>Obsolete (RFC 3425).</summary>
    InverseQuery = 1,

    /// <summary>How the server is.</summary>
    Status = 2,

    /// <summary>A zone has changed (RFC 1996).</summary>
    Notify = 4,

    /// <summary>Change a zone (RFC 2136).</summary>
    Update = 5,
}

/// <summary>The classes of RFC 1035, section 3.2.4: there is only one that matters.</summary>
internal static class DnsClass
{
    public const ushort Internet = 1;
    public const ushort None = 254;
    public const ushort Any = 255;

    /// <summary>The name of a class, for people; empty if it has none.</summary>
    public static string NameOf(ushort value) => value switch
    {
        Internet => "IN, the Internet",
        3 => "CH, Chaosnet",
        4 => "HS, Hesiod",
        None => "none",
        Any => "any",
        _ => "",
    };

    /// <summary>The class as in a zone file (RFC 3597, section 5).</summary>
    public static string Text(ushort value) => value == Internet ? "IN" : InvariantText.Format($"CLASS{value}");
}

/// <summary>Properties of types.</summary>
internal static class DnsTypes
{
    private const ushort FirstMeta = 128;
    private const ushort LastMeta = 255;

    /// <summary>
    /// Whether no name has records of this type, because it belongs to questions or to messages (RFC 6895, section 3.1).
    /// </summary>
    public static bool IsMeta(this DnsType type) => type is 0 or DnsType.OPT || (ushort)type is >= FirstMeta and <= LastMeta;

    /// <summary>Whether this library knows the format of the data, which is never empty.</summary>
    public static bool IsKnown(this DnsType type) => type is
        DnsType.A or DnsType.AAAA or DnsType.NS or DnsType.CNAME or DnsType.PTR or DnsType.MX or DnsType.TXT or DnsType.SOA;

    /// <summary>The type as in a zone file: <c>A</c>, or <c>TYPE65</c> if it has no name here (RFC 3597, section 5).</summary>
    public static string Text(this DnsType type) =>
        Enum.IsDefined(type) ? type.ToString() : InvariantText.Format($"TYPE{(ushort)type}");
}
