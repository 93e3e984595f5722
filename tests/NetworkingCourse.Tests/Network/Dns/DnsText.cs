using NetworkingCourse.Network;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>Responses as comparable text: the records of a section are sorted, and everything is in lower case.</summary>
internal static class DnsText
{
    /// <summary>The code and the flags, one line per record unless the response is truncated, and one for EDNS.</summary>
    public static string Of(byte[] bytes)
    {
        var response = DnsMessage.Parse(bytes);
        var options = response.Additional.Where(record => record.Type == DnsType.OPT).ToList();
        var code = (int)response.Code;
        (string Name, bool IsSet)[] flags =
        [
            ("aa", response.IsAuthoritative), ("tc", response.IsTruncated), ("rd", response.RecursionDesired),
            ("ra", response.RecursionAvailable), ("z", (bytes[3] & 0x40) != 0), ("ad", response.AuthenticData),
            ("cd", response.CheckingDisabled),
        ];
        var set = flags.Where(flag => flag.IsSet).Select(flag => flag.Name).ToList();
        var operation = response.Operation == DnsOperation.Query ? Array.Empty<string>() : [$"opcode {(int)response.Operation}"];
        var edns = Edns.Of(response) is { } said ? [$"edns {said.Version}{(said.DnssecOk ? " do" : "")}"] : Array.Empty<string>();
        var records = response.IsTruncated ? [] : Lines("answer", response.Answers)
            .Concat(Lines("authority", response.Authority)).Concat(Lines("additional", response.Additional.Except(options)));
        return string.Join('\n', [string.Join(' ', [Name(code), .. operation, .. set]), .. records, .. edns]);
    }

    private static string Name(int code) => code switch
    {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        16 => "BADVERS",
        _ => $"code {code}",
    };

    private static IEnumerable<string> Lines(string section, IEnumerable<DnsRecord> records) =>
        records.Select(record => $"{section} {record}".ToLowerInvariant().Replace(" in ", " ", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
}
