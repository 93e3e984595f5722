using System.Globalization;
using System.Runtime.CompilerServices;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>
/// The registry of the servers and other listeners that run in this process. Servers are registered by name, so that a cell that
/// runs again replaces its server instead of adding another.
/// </summary>
public static class RunningServers
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, IStoppable> ByName = new(StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<IAsyncDisposable> Others = [];
    private static readonly ConditionalWeakTable<IStoppable, object> Began = [];

    /// <summary>The servers that are running now.</summary>
    public static IReadOnlyList<IStoppable> All
    {
        get
        {
            lock (Gate)
            {
                return [.. ByName.Values];
            }
        }
    }

    /// <summary>
    /// A table of the running servers, their endpoints, and when they started by this machine's
    /// clock, for display at the end of a cell.
    /// </summary>
    public static Table Status()
    {
        var servers = All.OrderBy(server => server.Name, StringComparer.OrdinalIgnoreCase).ToList();
        return new Table(
            ["server", "listens on", "since", "for", "log"],
            servers.Select(IReadOnlyList<object?> (server) =>
            {
                var began = Began.TryGetValue(server, out var known) ? (DateTimeOffset)known : DateTimeOffset.Now;
                return
                [
                    server.Name,
                    server.EndPoint,
                    began.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                    InvariantText.Of(DateTimeOffset.Now - began),
                    server.LogSummary,
                ];
            }),
            servers.Count == 0 ? "No server is running." : null);
    }

    /// <summary>Stops all servers and returns a table of them. Notebooks call it at the end.</summary>
    /// <param name="grace">How long outstanding answers may take; 2 seconds by default.</param>
    public static async Task<Table> StopAllAsync(TimeSpan? grace = null)
    {
        var servers = All;
        IAsyncDisposable[] others;
        lock (Gate)
        {
            others = [.. Others];
        }

        await Task
            .WhenAll(servers
                .Select(server => server.StopAsync(grace))
                .Concat(others.Select(other => other.DisposeAsync().AsTask())))
            .ConfigureAwait(false);
        return new Table(
            ["server", "listened on", "log"],
            servers.Select(IReadOnlyList<object?> (server) => [server.Name, server.EndPoint, server.LogSummary]),
            servers.Count == 0 ? "No server was running." : "Stopped: no thread, socket or timer of these servers is left.");
    }

    /// <summary>
    /// Creates a server and registers it under its name. A server already running under that name is
    /// stopped first, without a grace period.
    /// </summary>
    internal static T Replace<T>(string name, Func<T> create)
        where T : IStoppable
    {
        IStoppable? old;
        lock (Gate)
        {
            ByName.Remove(name, out old);
        }

        // Stopped before the new server is created, which may need the same port.
        old?.StopAsync(TimeSpan.Zero).GetAwaiter().GetResult();
        var server = create();
        IStoppable? rival;
        lock (Gate)
        {
            ByName.Remove(name, out rival);
            ByName[name] = server;
            Began.AddOrUpdate(server, DateTimeOffset.Now);
        }

        rival?.StopAsync(TimeSpan.Zero).GetAwaiter().GetResult();
        return server;
    }

    /// <summary>
    /// Registers an object that is not a server of this process but is to be disposed when the servers are stopped.
    /// </summary>
    internal static void StopToo(IAsyncDisposable other)
    {
        lock (Gate)
        {
            Others.Add(other);
        }
    }

    internal static void ForgetOther(IAsyncDisposable other)
    {
        lock (Gate)
        {
            Others.Remove(other);
        }
    }

    internal static void Forget(IStoppable server)
    {
        lock (Gate)
        {
            if (ByName.TryGetValue(server.Name, out var running) && ReferenceEquals(running, server))
            {
                ByName.Remove(server.Name);
            }
        }
    }
}
