namespace NetworkingCourse.ServerArchitecture;

/// <summary>Measures servers in turns, so that other activity on the machine affects all of them alike.</summary>
internal static class ServerTurns
{
    /// <summary>How many turns each server takes with each number of connections.</summary>
    public const int Rounds = 3;

    /// <summary>Lets every server take its turns with each number of connections.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="connections">The numbers of connections; a server gets no more than it serves at once.</param>
    /// <param name="measure">Measures a server with a number of connections, for one turn.</param>
    public static async Task<List<TTurn>> TakeAsync<TServer, TTurn>(
        IReadOnlyList<TServer> servers, IReadOnlyList<int> connections, Func<TServer, int, Task<TTurn>> measure)
        where TServer : ITarget
    {
        var turns = new List<TTurn>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var count in connections)
            {
                foreach (var server in servers)
                {
                    var max = Math.Min(count, server.Architecture.MaxConnections(server.Options) ?? count);
                    turns.Add(await measure(server, max).ConfigureAwait(false));
                }
            }
        }

        return turns;
    }

    /// <summary>The load with the median throughput.</summary>
    public static GeneratedLoad Median(IEnumerable<GeneratedLoad> loads)
    {
        var ordered = loads.OrderBy(load => load.Throughput).ToList();
        return ordered[ordered.Count / 2];
    }
}
