namespace NetworkingCourse.Network;

/// <summary>
/// The content of a message's OPT record, which reuses the fields of a record: the class is the sender's UDP payload size, and
/// the time-to-live holds the upper bits of the code, a version and flags (RFC 6891, section 6.1).
/// </summary>
/// <param name="UdpPayloadSize">The longest UDP message that the sender accepts, in bytes.</param>
/// <param name="Version">The version of EDNS; 0 is the only one defined.</param>
/// <param name="DnssecOk">Whether the sender wants signatures as well (DO, RFC 3225).</param>
internal readonly record struct Edns(ushort UdpPayloadSize, byte Version = 0, bool DnssecOk = false)
{
    private const uint DnssecOkFlag = 0x8000;
    private const int VersionShift = 16;
    private const int UpperCodeShift = 24;

    /// <summary>Reads the OPT record of a message; null if there is none.</summary>
    public static Edns? Of(DnsMessage message) => message.Additional.FirstOrDefault(IsOptions) is { } record
        ? new Edns(record.Class, (byte)(record.TimeToLive >> VersionShift), (record.TimeToLive & DnssecOkFlag) != 0)
        : null;

    /// <summary>
    /// Whether a message has at most one OPT record, placed in the additional section (section 6.1.1) and named for the root
    /// (section 6.1.2).
    /// </summary>
    public static bool IsValid(DnsMessage message) =>
        !message.Answers.Concat(message.Authority).Any(IsOptions)
        && message.Additional.Where(IsOptions).ToList() is [] or [{ Name.Labels.Count: 0 }];

    /// <summary>The upper 8 bits of a message's code, taken from its OPT record (section 6.1.3); 0 without one.</summary>
    public static int UpperCode(IEnumerable<DnsRecord> additional) =>
        (int)((additional.FirstOrDefault(IsOptions)?.TimeToLive ?? 0) >> UpperCodeShift);

    /// <summary>Sets the upper 8 bits of the message's code in an OPT record.</summary>
    public static DnsRecord WithUpperCode(DnsRecord options, int upper) =>
        options with { TimeToLive = (options.TimeToLive & ~(0xFFu << UpperCodeShift)) | ((uint)upper << UpperCodeShift) };

    /// <summary>Creates the OPT record.</summary>
    public DnsRecord ToRecord()
    {
        var flags = ((uint)Version << VersionShift) | (DnssecOk ? DnssecOkFlag : 0);
        return new DnsRecord(DnsName.Root, DnsType.OPT, flags, new UnknownData(default)) { Class = UdpPayloadSize };
    }

    private static bool IsOptions(DnsRecord record) => record.Type == DnsType.OPT;
}
