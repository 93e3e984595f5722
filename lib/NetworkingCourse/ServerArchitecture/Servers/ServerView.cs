using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>How a server shows itself.</summary>
internal static class ServerView
{
    public static string Html(Server server) => new Table(
        ["server", "architecture", "listens on", "think time", "workers", "open connections", "log"],
        [
            [
                server.Name, server.Architecture.Name, server.IsStopping ? "stopped" : server.EndPoint,
                InvariantText.Of(server.Options.Think), server.Architecture.Workers(server.Options), server.OpenConnections,
                server.Log.Summary(),
            ],
        ]).ToHtml();

    public static string Line(Server server) => InvariantText.Format(
        $"{server.Name}: {(server.IsStopping ? "stopped" : "listening on")} {server.EndPoint}, ")
        + $"think time {InvariantText.Of(server.Options.Think)}";
}
