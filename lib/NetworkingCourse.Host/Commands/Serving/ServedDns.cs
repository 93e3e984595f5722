using System.CommandLine;
using System.CommandLine.Parsing;
using NetworkingCourse.Network;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// Chapter 3's name server, with a zone from a file, for <c>dig @127.0.0.1 -p N</c> or any other client with a choice of port.
/// </summary>
internal sealed class ServedDns() : Served("dns", "chapter 3's name server over UDP and TCP, with a zone from a file")
{
    private static readonly Option<Zone?> ZoneFile = new("--zone")
    {
        HelpName = "FILE",
        Description = "The zone file of the name server (RFC 1035); without it, the zone is that of example.test.",
        CustomParser = Read,
    };

    public override IReadOnlyList<Option> Options { get; } = [ServeOptions.Port, ZoneFile];

    public override Serving Start(ParseResult parsed)
    {
        var zone = parsed.GetValue(ZoneFile) ?? Zone.Parse(CourseZones.Example);
        var server = AuthoritativeServer.Start(zone, Name, parsed.GetValue(ServeOptions.Port));
        var description = FormattableString.Invariant($"{Name}, zone {zone.Origin}, {zone.Records.Count()} records, UDP and TCP");
        return new Serving(server, description, server.Log.Began, LinesAsync(server.Log));
    }

    private static Zone? Read(ArgumentResult argument)
    {
        var file = argument.Tokens[0].Value;
        try
        {
            return Zone.Parse(File.ReadAllText(file));
        }
        catch (Exception exception) when (exception is FormatException or IOException
            or UnauthorizedAccessException or ArgumentException)
        {
            argument.AddError($"--zone {file}: {exception.Message}");
            return null;
        }
    }

    private static async IAsyncEnumerable<LogLine> LinesAsync(DnsLog log)
    {
        await foreach (var entry in log.FollowAsync().ConfigureAwait(false))
        {
            yield return new LogLine(entry.Timestamp, entry.ToString());
            if (entry.Kind == DnsEventKind.Stopped)
            {
                yield break;
            }
        }
    }
}
