namespace NetworkingCourse.Network;

/// <summary>
/// What a response tells a resolver that looks for the IPv4 addresses of a name (RFC 1034, section 5.3.3; RFC 2308, section 2).
/// </summary>
public enum ResponseKind
{
    /// <summary>The name has addresses, and here they are.</summary>
    Addresses,

    /// <summary>The name is an alias for another one.</summary>
    Alias,

    /// <summary>There is no such name.</summary>
    NameError,

    /// <summary>The servers of a zone nearer to the name know more.</summary>
    Referral,

    /// <summary>The name exists, and has no IPv4 address.</summary>
    NoData,

    /// <summary>Nothing of use: another server of the zone has to be asked.</summary>
    Unusable,
}
