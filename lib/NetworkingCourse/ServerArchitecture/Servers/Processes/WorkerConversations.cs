namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The parent's record of the conversations of one worker process. A worker numbers its own conversations from 1; here they get
/// numbers that are unique in the server. The record survives the worker, which can report nothing more once it has died.
/// </summary>
/// <param name="nextNumber">Returns the server's next conversation number.</param>
internal sealed class WorkerConversations(Func<int> nextNumber)
{
    private readonly Dictionary<int, (int Number, int Port)> _open = [];

    /// <summary>The numbers and client ports of the open conversations.</summary>
    public IReadOnlyCollection<(int Number, int Port)> Open => _open.Values;

    /// <summary>Converts an event of the worker's log into the event that the server logs.</summary>
    /// <returns>The event, or null if it concerns only the start or stop of the worker itself.</returns>
    public ServerEvent? Number(ServerEvent entry, Relay? relay)
    {
        if (entry.Kind is ServerEventKind.Listening or ServerEventKind.Stopping or ServerEventKind.Stopped)
        {
            return null;
        }

        if (entry.Connection == 0)
        {
            return entry;
        }

        if (entry.Kind == ServerEventKind.Accepted)
        {
            _open[entry.Connection] = (nextNumber(), relay?.ClientPort(entry.ClientPort) ?? entry.ClientPort);
        }

        var (number, port) = _open[entry.Connection];
        if (entry.EndsConversation)
        {
            _open.Remove(entry.Connection);
        }

        return entry with { Connection = number, ClientPort = port };
    }
}
