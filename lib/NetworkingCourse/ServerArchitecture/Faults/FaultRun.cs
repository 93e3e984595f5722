namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Every fault done to servers of one architecture: to each its own, so that a server that one fault has ended is not blamed for
/// the next.
/// </summary>
internal sealed class FaultRun(Architecture architecture, TimeSpan questionDeadline)
{
    // Of the course's own servers, some share their threads with others.
    private static readonly Task<bool?> Unknown = Task.FromResult<bool?>(null);

    /// <summary>What is to be said about the servers; null if nothing is.</summary>
    public string? Note => IsStub ? $"{architecture.Name} is not written yet."
        : EndedWith is null ? null
        : $"{architecture.Name} ended with {EndedWith}";

    /// <summary>The exception that ended a server's code, in words; null if there was none.</summary>
    public string? EndedWith { get; private set; }

    /// <summary>Whether the servers' code is still a stub.</summary>
    public bool IsStub { get; private set; }

    /// <summary>Starts the servers, does the faults, and stops the servers.</summary>
    /// <returns>
    /// The result of polite clients and, if those are served, of each fault; none if the server's code is still a stub.
    /// </returns>
    public async Task<IReadOnlyList<FaultResult>> RunAsync(CancellationToken cancellation)
    {
        var politely = await RunAsync([null], cancellation).ConfigureAwait(false);
        if (IsStub || !politely.All(result => result.Passed))
        {
            return IsStub ? [] : politely;
        }

        var results = await RunAsync([.. Faults.All], cancellation).ConfigureAwait(false);
        return [.. politely, .. results];
    }

    // Does the faults at the same time.
    private async Task<List<FaultResult>> RunAsync(IReadOnlyList<Fault?> faults, CancellationToken cancellation)
    {
        var servers = new List<Server>();
        try
        {
            foreach (var fault in faults)
            {
                servers.Add(Start(fault));
            }

            var results = await Task
                .WhenAll(servers.Select((server, i) => RunAsync(server, faults[i], cancellation)))
                .ConfigureAwait(false);
            var spins = await Task
                .WhenAll(servers.Select(server => server is OwnServer own ? own.SpinsAsync(cancellation) : Unknown))
                .ConfigureAwait(false);
            var failure = servers.OfType<OwnServer>().FirstOrDefault(server => server.Failure is not null)?.Failure;
            IsStub |= failure is NotImplementedException;
            EndedWith ??= failure is null ? null : $"{failure.GetType().Name}: {failure.Message}";
            return [.. results.Select((result, i) => result with { NotSpinning = !spins[i] })];
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.StopAsync(TimeSpan.Zero))).ConfigureAwait(false);
        }
    }

    private Task<FaultResult> RunAsync(Server server, Fault? fault, CancellationToken cancellation)
    {
        var probe = new FaultProbe(server.EndPoint, questionDeadline);
        return fault is { } known ? probe.RunAsync(known, cancellation) : probe.RunPolitelyAsync(cancellation);
    }

    private Server Start(Fault? fault) => architecture.Start(new ServerOptions
    {
        QuestionDeadline = questionDeadline,
        Workers = 2,
        Name = $"{architecture.Name}: {(fault is { } known ? Display.InvariantText.Of(known) : "polite clients")}",
    });
}
