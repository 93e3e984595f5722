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

    /// <summary>In a question: whatever there is.</summary>
    ANY = 255,
}

/// <summary>What became of a question (RFC 1035, section 4.1.1).</summary>
public enum ResponseCode : byte
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
    public const ushort Any = 255;

    public static string NameOf(ushort value) => value switch { Internet => "IN, the Internet", 3 => "CH, Chaosnet", 4 => "HS, Hesiod", Any => "any", _ => "" };
}
