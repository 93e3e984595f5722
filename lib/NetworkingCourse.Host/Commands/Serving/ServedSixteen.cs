using System.CommandLine;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Commands;

/// <summary>Lesson 2.6's sixteen-octet server: <c>printf 'Hi there, server' | nc 127.0.0.1 PORT</c>.</summary>
internal sealed class ServedSixteen()
    : Served("sixteen", "TCP: receives exactly sixteen octets, answers with sixteen, and closes")
{
    public override IReadOnlyList<Option> Options { get; } = [ServeOptions.Port];

    public override Serving Start(ParseResult parsed)
    {
        var server = SixteenServer.Start(port: parsed.GetValue(ServeOptions.Port));
        return new Serving(server, $"{Name}: sixteen octets each way", server.Log.Began, LinesAsync(server.Log));
    }

    private static async IAsyncEnumerable<LogLine> LinesAsync(SixteenLog log)
    {
        await foreach (var entry in log.FollowAsync().ConfigureAwait(false))
        {
            yield return new LogLine(entry.Timestamp, entry.ToString());
            if (entry.Kind == SixteenEventKind.Stopped)
            {
                yield break;
            }
        }
    }
}
