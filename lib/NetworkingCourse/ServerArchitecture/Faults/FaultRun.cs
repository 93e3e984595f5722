namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Every fault done to servers of one architecture: to each its own, so that a server that one fault has ended is not blamed for
/// the next.
/// </summary>
internal sealed class FaultRun(Architecture architecture, TimeSpan questionDeadline)
{
    // Of the course's own servers, some share their threads with others.
    private static readonly Task<bool?> Unknown = Task.FromResult<bool?>(null);

    private Exception? _failure;
    private bool _hasReturned;

    /// <summary>Starts the servers, does the faults, and stops the servers.</summary>
    /// <returns>
    /// The result of polite clients and, if those are served, of each fault; none if the server's code is still a stub.
    /// </returns>
    public async Task<ServerFaults> RunAsync(CancellationToken cancellation)
    {
        var results = await RunAsync([null], cancellation).ConfigureAwait(false);
        if (_failure is NotImplementedException)
        {
            return new ServerFaults(architecture.Name, []);
        }

        if (results.TrueForAll(result => result.Passed))
        {
            results.AddRange(await RunAsync([.. Faults.All], cancellation).ConfigureAwait(false));
        }

        return new ServerFaults(architecture.Name, results)
        {
            EndedWith = _failure is null ? null : $"{_failure.GetType().Name}: {_failure.Message}",
            HasReturned = _hasReturned,
        };
    }

    // A fault that was not survived while this process was late is done once more, with a longer deadline.
    private async Task<List<FaultResult>> RunAsync(IReadOnlyList<Fault?> faults, CancellationToken cancellation)
    {
        var results = new FaultResult[faults.Count];
        var left = Enumerable.Range(0, faults.Count).ToList();
        _ = await Punctuality.JudgeAsync(
            questionDeadline,
            async deadline =>
            {
                var latest = await RunOnceAsync([.. left.Select(i => faults[i])], deadline, cancellation).ConfigureAwait(false);
                foreach (var (i, result) in left.Zip(latest))
                {
                    results[i] = result;
                }

                return left.RemoveAll(i => results[i].Passed);
            },
            _ => left.Count == 0).ConfigureAwait(false);
        return [.. results];
    }

    // Does the faults at the same time.
    private async Task<IEnumerable<FaultResult>> RunOnceAsync(
        IReadOnlyList<Fault?> faults, TimeSpan deadline, CancellationToken cancellation)
    {
        var servers = new List<Server>();
        try
        {
            foreach (var fault in faults)
            {
                servers.Add(Start(fault, deadline));
            }

            var results = await Task
                .WhenAll(servers.Select((server, i) =>
                    new FaultProbe(server.EndPoint, deadline).RunAsync(faults[i], cancellation)))
                .ConfigureAwait(false);
            var spins = await Task
                .WhenAll(servers.Select(server => server is OwnServer own ? own.SpinsAsync(cancellation) : Unknown))
                .ConfigureAwait(false);
            _failure ??= architecture.IsOwn ? servers.FirstOrDefault(server => server.Failure is not null)?.Failure : null;
            _hasReturned |= servers.Exists(server => server is OwnServer { HasReturned: true });
            return results.Select((result, i) => result with { NotSpinning = !spins[i] });
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.StopAsync(TimeSpan.Zero))).ConfigureAwait(false);
        }
    }

    private Server Start(Fault? fault, TimeSpan deadline) => architecture.Start(new ServerOptions
    {
        QuestionDeadline = deadline,
        Workers = 2,
        Name = $"{architecture.Name}: {(fault is { } known ? Display.InvariantText.Of(known) : "polite clients")}",
    });
}

/// <summary>What was seen of the servers of one architecture, or of one running server.</summary>
/// <param name="Name">The architecture's name, or the server's endpoint.</param>
/// <param name="Results">The result of polite clients, and of each fault; none if the server's code is still a stub.</param>
internal sealed record ServerFaults(string Name, IReadOnlyList<FaultResult> Results)
{
    /// <summary>The exception that ended a server's code, in words; null if there was none.</summary>
    public string? EndedWith { get; init; }

    /// <summary>Whether a server's code returned on its own.</summary>
    public bool HasReturned { get; init; }

    /// <summary>The outcome in a few words.</summary>
    public string Summary => Results switch
    {
        [] => "not attempted yet",
        [{ Passed: false } politely] => $"does not serve polite clients: {string.Join(", ", politely.Failures)}",
        _ => Display.InvariantText.Format(
            $"survives {Results.Skip(1).Count(result => result.Passed)} of {Results.Count - 1} faults"),
    };

    /// <summary>A sentence about the servers' code; null if there is nothing to say.</summary>
    public string? Note => EndedWith is null ? null : $"{Name} ended with {EndedWith}";
}
