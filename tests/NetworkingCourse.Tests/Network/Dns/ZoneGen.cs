using System.Globalization;
using CsCheck;
using NetworkingCourse.Network;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>
/// Random zones, and random questions about them. There are few labels, so that names lie above, below and next to each
/// other, with asterisks among them. The files are written as people write them: they omit names and times where possible.
/// </summary>
internal static class ZoneGen
{
    private const string Outside = "www.elsewhere.example.";

    private static readonly Gen<string> Label = Gen.Frequency((3, Gen.OneOfConst("a", "b", "c")), (1, Gen.Const("*")));

    // Relative to the zone's origin, without a dot at the end.
    private static readonly Gen<string> Name = Label.Array[1, 4].Select(labels => string.Join('.', labels));
    private static readonly Gen<string> Target = Gen.Frequency((6, Name), (1, Gen.Const("ns")), (1, Gen.Const(Outside)));

    private static readonly Gen<(string Type, string Data)> Record = Gen.Frequency(
        (4, Gen.Byte.Select(last => ("A", Text($"192.0.2.{last}")))),
        (1, Gen.Byte.Select(last => ("A", Text($"\\# 4 C0 000 2{last:X2}")))),
        (1, Gen.Byte.Select(last => ("AAAA", Text($"2001:db8::{last:x}")))),
        (2, Gen.Byte.Array[0, 4].Select(bytes => ("TXT", $"\"{string.Concat(bytes.Select(value => Text($"\\{value:000}")))}\""))),
        (1, Gen.Byte.Array[1, 4].Select(bytes => ("TYPE999", Text($"\\# {bytes.Length} {Convert.ToHexString(bytes)}")))),
        (2, Target.Select(target => ("MX", $"10 {target}"))),
        (3, Target.Select(target => ("CNAME", target))),
        (2, Target.Where(IsPlain).Select(target => ("NS", target)))); // no name server has such a name

    private static readonly Gen<(string Name, string Type, string Data, bool[] Style)> Line =
        from name in Name
        from record in Record
        from style in Gen.Bool.Array[4]
        select (name, record.Item1, record.Item2, style);

    /// <summary>A zone file for a name.</summary>
    public static Gen<Func<string, string>> Zones { get; } = Gen.Select(Line.Array[5, 40], Gen.Bool)
        .Select(Func<string, string> (t) => origin => Write(origin, t.Item1, t.Item2));

    /// <summary>A question about a zone's names.</summary>
    public static Gen<Func<string, byte[]>> Questions { get; } =
        from labels in Gen.Frequency((3, Gen.OneOfConst("a", "b", "c")), (1, Gen.OneOfConst("*", "d", "ns"))).Array[0, 5]
        from type in Gen.OneOfConst(
            DnsType.A, DnsType.A, DnsType.AAAA, DnsType.TXT, DnsType.MX, DnsType.CNAME, DnsType.NS, DnsType.SOA, DnsType.DS,
            DnsType.ANY, (DnsType)999)
        let name = string.Concat(labels.Select(label => label + "."))
        select (Func<string, byte[]>)(origin => DnsTable.Ask($"{name}{origin}.", type));

    private static bool IsPlain(string name) => !name.Contains('*', StringComparison.Ordinal);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Write(
        string origin, IEnumerable<(string Name, string Type, string Data, bool[] Style)> lines, bool hasDefault)
    {
        List<string> file =
        [
            $"$ORIGIN {origin}.", "@ 100 IN SOA ns hostmaster 1 ( 2h 15m", "  14d 60 ) ; over two lines", "  NS ns",
            "ns A 127.0.0.1",
        ];
        var types = new Dictionary<string, HashSet<string>>();
        var (last, time, index) = ("ns", 100, 0);
        if (hasDefault)
        {
            file.Insert(1, "$TTL 100");
        }

        foreach (var (name, type, data, style) in lines)
        {
            // An alias has no other records, and no wildcard is delegated: RFC 4592, section 4.2, leaves open what that means.
            var there = types.TryGetValue(name, out var known) ? known : types[name] = [];
            if ((type == "CNAME" ? there.Count > 0 : there.Contains("CNAME")) || (type == "NS" && !IsPlain(name)))
            {
                continue;
            }

            // All records of a set have the same time: 100, or for every third set 250.
            var own = (name.Length + type.Length) % 3 == 0 ? 250 : 100;
            var stated = own == (hasDefault ? 100 : time) && style[0] ? "" : style[1] ? Text($"{own} IN") : Text($"IN {own}");
            time = stated.Length > 0 ? own : time;
            there.Add(type);
            var owner = name == last && style[2] ? "" : style[3] ? $"{name}.{origin}." : name;
            file.Add($"{owner}\t{stated} {type} {data} ; {index++}");
            last = name;
        }

        return string.Join('\n', file);
    }
}
