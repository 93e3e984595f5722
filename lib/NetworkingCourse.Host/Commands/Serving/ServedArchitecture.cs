using System.CommandLine;
using NetworkingCourse.ServerArchitecture;
using Architecture = NetworkingCourse.ServerArchitecture.Architecture;

namespace NetworkingCourse.Host.Commands;

/// <summary>One of chapter 4's servers, which answer questions that end with a <c>?</c>.</summary>
internal sealed class ServedArchitecture(Architecture architecture) : Served(architecture.Name, architecture.Summary)
{
    public static new IEnumerable<Served> All =>
        Architecture.All.Select(architecture => new ServedArchitecture(architecture));

    public override IReadOnlyList<Option> Options { get; } = [ServeOptions.Port, ServeOptions.Think, ServeOptions.Workers];

    public override Serving Start(ParseResult parsed)
    {
        var server = architecture.Start(new ServerOptions
        {
            Port = parsed.GetValue(ServeOptions.Port),
            Think = TimeSpan.FromMilliseconds(parsed.GetValue(ServeOptions.Think)),
            Workers = parsed.GetValue(ServeOptions.Workers),
        });
        var description = FormattableString.Invariant($"{Name}, think time {server.Options.Think.TotalMilliseconds:0.###} ms");
        return new Serving(server, description, server.Log.Began, LinesAsync(server.Log));
    }

    private static async IAsyncEnumerable<LogLine> LinesAsync(ServerLog log)
    {
        await foreach (var entry in log.FollowAsync().ConfigureAwait(false))
        {
            yield return new LogLine(entry.Timestamp, entry.ToString());
            if (entry.Kind == ServerEventKind.Stopped)
            {
                yield break;
            }
        }
    }
}
