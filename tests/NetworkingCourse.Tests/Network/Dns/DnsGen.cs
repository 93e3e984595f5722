using System.Text;
using CsCheck;
using NetworkingCourse.Network;
using NetworkingCourse.Tests.Packets;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>Random names, records and messages.</summary>
internal static class DnsGen
{
    // Few labels and few letters, so that names share their endings; and bytes of any kind, which a label may contain.
    private static readonly Gen<string> Label = Gen.OneOf(
        Gen.OneOfConst("www", "mail", "example", "test", "Test", "a"), Gen.Byte.Array[1, 63].Select(Encoding.Latin1.GetString));

    public static Gen<DnsName> Names { get; } = Label.Array[0, 6]
        .Where(labels => labels.Sum(label => label.Length + 1) < DnsName.MaxNameLength)
        .Select(labels => DnsName.FromLabels(labels));

    public static Gen<DnsData> Data(DnsType type) => type switch
    {
        DnsType.A => PacketGen.V4.Select(DnsData (address) => new AddressData(address)),
        DnsType.AAAA => PacketGen.V6.Select(DnsData (address) => new AddressData(address)),
        DnsType.NS or DnsType.CNAME or DnsType.PTR => Names.Select(DnsData (name) => new NameData(name)),
        DnsType.MX => Gen.Select(Gen.UShort, Names).Select(DnsData (pair) => new MailData(pair.Item1, pair.Item2)),
        DnsType.TXT => Gen.Byte.Array[0, 255].Select(Encoding.Latin1.GetString).Array[1, 3]
            .Select(DnsData (strings) => new TextData(strings)),
        DnsType.SOA => Gen.Select(Names, Names, Gen.UInt.Array[5])
            .Select(DnsData (t) =>
                new ZoneStartData(t.Item1, t.Item2, t.Item3[0], t.Item3[1], t.Item3[2], t.Item3[3], t.Item3[4])),
        _ => Gen.Byte.Array[0, 40].Select(DnsData (bytes) => new UnknownData(bytes)),
    };

    public static Gen<DnsRecord> Records { get; } =
        from type in Gen.OneOfConst(
            DnsType.A,
            DnsType.AAAA,
            DnsType.NS,
            DnsType.CNAME,
            DnsType.PTR,
            DnsType.MX,
            DnsType.TXT,
            DnsType.SOA,
            (DnsType)999)
        from name in Names
        from timeToLive in Gen.UInt
        from data in Data(type)
        select new DnsRecord(name, type, timeToLive, data);

    public static Gen<DnsMessage> Messages { get; } =
        from id in Gen.UShort
        from flags in Gen.Bool.Array[7]
        from operation in Gen.OneOfConst(DnsOperation.Query, DnsOperation.Status, DnsOperation.Notify)
        from code in Gen.Int[0, 15]
        from questions in Gen.Select(Names, Gen.UShort, Gen.UShort)
            .Select(t => new DnsQuestion(t.Item1, (DnsType)t.Item2, t.Item3))
            .Array[0, 2]
        from records in Records.Array[0, 5].Array[3]
        select new DnsMessage(id)
        {
            IsResponse = flags[0],
            IsAuthoritative = flags[1],
            IsTruncated = flags[2],
            RecursionDesired = flags[3],
            RecursionAvailable = flags[4],
            AuthenticData = flags[5],
            CheckingDisabled = flags[6],
            Operation = operation,
            Code = (ResponseCode)code,
            Questions = questions,
            Answers = records[0],
            Authority = records[1],
            Additional = records[2],
        };

    public static bool Same(DnsMessage one, DnsMessage other) =>
        one with { Questions = [], Answers = [], Authority = [], Additional = [] }
            == other with { Questions = [], Answers = [], Authority = [], Additional = [] }
        && one.Questions.SequenceEqual(other.Questions)
        && one.Answers.SequenceEqual(other.Answers)
        && one.Authority.SequenceEqual(other.Authority)
        && one.Additional.SequenceEqual(other.Additional);
}
