namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The conversations of one worker process, as its parent knows them: a worker numbers its own from 1, the server all of them; and what
/// a worker cannot report any more, because it has died, is still known here.
/// </summary>
/// <param name="nextNumber">Gives the server's next number.</param>
internal sealed class WorkerConversations(Func<int> nextNumber)
{
    private readonly Dictionary<int, (int Number, int Port)> _open = [];

    /// <summary>The numbers and the clients' ports of those that have not ended.</summary>
    public IReadOnlyCollection<(int Number, int Port)> Open => _open.Values;

    /// <summary>An event of the worker's as the server writes it.</summary>
    /// <returns>Null for those that concern the worker's own starting and stopping.</returns>
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
