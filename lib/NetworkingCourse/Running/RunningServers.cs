using System.Globalization;
using System.Runtime.CompilerServices;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>
/// The servers that run in this process, by name, and whatever else listens: so that a cell run again replaces its server instead of
/// adding one.
/// </summary>
public static class RunningServers
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, IStoppable> ByName = new(StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<IAsyncDisposable> Others = [];
    private static readonly ConditionalWeakTable<IStoppable, object> Began = [];

    /// <summary>Those that run now.</summary>
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

    /// <summary>What runs now, where it listens, and since when, by this machine's clock. A cell that ends with this shows it.</summary>
    public static Table Status()
    {
        var servers = All.OrderBy(server => server.Name, StringComparer.OrdinalIgnoreCase).ToList();
        return new Table(
            ["server", "listens on", "since", "for", "log"],
            servers.Select(IReadOnlyList<object?> (server) =>
            {
                var began = Began.TryGetValue(server, out var known) ? (DateTimeOffset)known : DateTimeOffset.Now;
                return [server.Name, server.EndPoint, began.ToString("HH:mm:ss", CultureInfo.InvariantCulture), InvariantText.Of(DateTimeOffset.Now - began), server.LogSummary];
            }),
            servers.Count == 0 ? "No server is running." : null);
    }

    /// <summary>Stops all of them, and shows which they were. A notebook ends with this.</summary>
    /// <param name="grace">How long answers that are due may take; 2 seconds unless told otherwise.</param>
    public static async Task<Table> StopAllAsync(TimeSpan? grace = null)
    {
        var servers = All;
        IAsyncDisposable[] others;
        lock (Gate)
        {
            others = [.. Others];
        }

        await Task.WhenAll(servers.Select(server => server.StopAsync(grace)).Concat(others.Select(other => other.DisposeAsync().AsTask()))).ConfigureAwait(false);
        return new Table(
            ["server", "listened on", "log"],
            servers.Select(IReadOnlyList<object?> (server) => [server.Name, server.EndPoint, server.LogSummary]),
            servers.Count == 0 ? "No server was running." : "Stopped: no thread, socket or timer of these servers is left.");
    }

    /// <summary>Makes a server and enters it under its name; whichever ran under that name is stopped first, without a grace time.</summary>
    internal static T Replace<T>(string name, Func<T> create)
        where T : IStoppable
    {
        IStoppable? old;
        lock (Gate)
        {
            ByName.Remove(name, out old);
        }

        // Stopped before the new one is made, which may want the same port.
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

    /// <summary>Something that is not a server of this process, but is to be stopped with them.</summary>
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
