using System.CommandLine;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Commands;

/// <summary>One of chapter 2's UDP servers: <c>echo -n Hello | nc -u -w 1 127.0.0.1 PORT</c>.</summary>
internal abstract class ServedDatagrams(string name, string summary) : Served(name, summary)
{
    public override IReadOnlyList<Option> Options { get; } = [ServeOptions.Port];

    protected static Serving Of(DatagramServer server, string description) =>
        new(server, description, server.Log.Began, LinesAsync(server.Log));

    private static async IAsyncEnumerable<LogLine> LinesAsync(DatagramLog log)
    {
        await foreach (var entry in log.FollowAsync().ConfigureAwait(false))
        {
            yield return new LogLine(entry.Timestamp, entry.ToString());
            if (entry.Kind == DatagramEventKind.Stopped)
            {
                yield break;
            }
        }
    }
}

/// <summary>Lesson 2.1's server, which answers with the time.</summary>
internal sealed class ServedUdpTime() : ServedDatagrams("udp-time", "UDP: answers every datagram with the time and its length")
{
    public override Serving Start(ParseResult parsed) =>
        Of(UdpTimeServer.Start(port: parsed.GetValue(ServeOptions.Port)), $"{Name}, over UDP");
}

/// <summary>Lesson 2.5's server, which receives broadcasts on loopback.</summary>
internal sealed class ServedBroadcast()
    : ServedDatagrams("broadcast", "UDP: answers broadcasts on loopback, to 127.255.255.255; several can share a port")
{
    public override Serving Start(ParseResult parsed) =>
        Of(BroadcastReceiver.Start($"receiver {Environment.ProcessId}", parsed.GetValue(ServeOptions.Port)), $"{Name}, over UDP");
}
