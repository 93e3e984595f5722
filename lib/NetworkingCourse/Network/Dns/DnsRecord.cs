using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>A question (RFC 1035, section 4.1.2).</summary>
/// <param name="Name">The name to look up.</param>
/// <param name="Type">The type of record wanted.</param>
/// <param name="Class">The class: 1, the Internet.</param>
public sealed record DnsQuestion(DnsName Name, DnsType Type, ushort Class = DnsClass.Internet)
{
    /// <summary>The question as text: <c>www.example.test. A</c>.</summary>
    public override string ToString() => $"{Name} {Type.Text()}";
}

/// <summary>A resource record: one fact about a name (RFC 1035, section 4.1.3).</summary>
/// <param name="Name">The name that the record is about.</param>
/// <param name="Type">The kind of fact.</param>
/// <param name="TimeToLive">How long the record may be cached, in seconds: up to 2^31 - 1 (RFC 2181, section 8).</param>
/// <param name="Data">The fact.</param>
public sealed record DnsRecord(DnsName Name, DnsType Type, uint TimeToLive, DnsData Data)
{
    /// <summary>The class: 1, the Internet. In an OPT record, the longest UDP response that the sender accepts.</summary>
    public ushort Class { get; init; } = DnsClass.Internet;

    /// <summary>The address in the data of an A or AAAA record.</summary>
    /// <exception cref="InvalidOperationException">The record holds no address.</exception>
    public Address Address => Data is AddressData data
        ? data.Address
        : throw new InvalidOperationException($"There is no address in: {this}.");

    /// <summary>The name in the data of an NS, CNAME or PTR record.</summary>
    /// <exception cref="InvalidOperationException">The record holds no name.</exception>
    public DnsName Target => Data is NameData data
        ? data.Target
        : throw new InvalidOperationException($"There is no name in: {this}.");

    /// <summary>The record in zone-file form: <c>www.example.test. 300 IN A 192.0.2.10</c>.</summary>
    public override string ToString() =>
        InvariantText.Format($"{Name} {TimeToLive} {DnsClass.Text(Class)} {Type.Text()} {Data}");
}

/// <summary>Record sets: all records with the same name, class and type (RFC 2181, section 5).</summary>
internal static class RecordSets
{
    /// <summary>
    /// Removes duplicates, and gives all records of a set the lowest time-to-live found in it (RFC 2181, sections 5 and 5.2).
    /// Keeps the order.
    /// </summary>
    public static IReadOnlyList<DnsRecord> Tidy(IEnumerable<DnsRecord> records)
    {
        var all = records.ToList();
        var lowest = all.GroupBy(SetOf).ToDictionary(set => set.Key, set => set.Min(record => record.TimeToLive));
        return [.. all.DistinctBy(Identity).Select(record => record with { TimeToLive = lowest[SetOf(record)] })];
    }

    /// <summary>What duplicates have in common: everything except the time-to-live.</summary>
    public static (DnsName, ushort, DnsType, DnsData) Identity(DnsRecord record) =>
        (record.Name, record.Class, record.Type, record.Data);

    private static (DnsName, ushort, DnsType) SetOf(DnsRecord record) => (record.Name, record.Class, record.Type);
}
