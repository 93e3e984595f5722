using System.Net;
using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Every <see cref="Fault"/> done to every given server, and what its other clients see of it. The servers are looked at from
/// outside, so it works with any server that speaks the course's protocol.
/// </summary>
public sealed class FaultMatrix : Shown
{
    /// <summary>What a learner is told whose server has ended because its method returned.</summary>
    internal const string HasReturnedEarly =
        "Your method has returned, and with it the server has ended. Return only when `serving.Stopping` is cancelled.";

    private readonly IReadOnlyList<ServerFaults> _servers;

    private FaultMatrix(IReadOnlyList<ServerFaults> servers) => _servers = servers;

    /// <summary>The default time that a question may take to arrive at the servers that this starts.</summary>
    public static TimeSpan DefaultQuestionDeadline { get; } = TimeSpan.FromSeconds(0.6);

    /// <summary>The results, by the server's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<FaultResult>> Results =>
        _servers.ToDictionary(server => server.Name, server => server.Results);

    /// <summary>The exception that ended a server's code, in words; null if there was none.</summary>
    internal string? EndedWith => _servers.Select(server => server.EndedWith).FirstOrDefault(end => end is not null);

    /// <summary>Whether the code of a server is still the stub of an exercise.</summary>
    internal bool IsStub => _servers.Any(server => server.Results.Count == 0);

    /// <summary>Whether every server survived every fault.</summary>
    public bool Passed => _servers.All(server => server.Results.Count > 0 && server.Results.All(result => result.Passed));

    /// <summary>Starts servers of each architecture, one for each fault, and does the fault to it.</summary>
    /// <param name="architectures">The architectures, for example one of your own.</param>
    public static Task<FaultMatrix> RunAsync(params IReadOnlyList<Architecture> architectures) =>
        RunAsync(architectures, progress: null, CancellationToken.None);

    /// <inheritdoc cref="RunAsync(IReadOnlyList{Architecture})"/>
    /// <param name="architectures">The architectures, for example one of your own.</param>
    /// <param name="progress">Called with each architecture's outcome; for example <c>Console.WriteLine</c>.</param>
    /// <param name="cancellation">Stops the servers and ends the run.</param>
    public static async Task<FaultMatrix> RunAsync(
        IReadOnlyList<Architecture> architectures, Action<string>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(architectures);
        ArgumentOutOfRangeException.ThrowIfZero(architectures.Count, nameof(architectures));
        var servers = new List<ServerFaults>();
        foreach (var architecture in architectures)
        {
            var faults = await new FaultRun(architecture, DefaultQuestionDeadline).RunAsync(cancellation).ConfigureAwait(false);
            servers.Add(faults);
            progress?.Invoke($"{architecture.Name}: {faults.Summary}");
        }

        return new FaultMatrix(servers);
    }

    /// <summary>
    /// Does each fault, one after the other, to a server that is running already, in this process or in another.
    /// </summary>
    /// <param name="server">Where it listens, on loopback.</param>
    /// <param name="questionDeadline">How long the server lets a question take to arrive.</param>
    /// <param name="processId">The server's process, to see whether it spins; null if it is not known.</param>
    /// <param name="progress">Called with each fault's result as it comes in.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Nothing listens there.</exception>
    public static async Task<FaultMatrix> RunAsync(
        IPEndPoint server,
        TimeSpan questionDeadline,
        int? processId = null,
        Action<FaultResult>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(questionDeadline, TimeSpan.Zero);
        await using (await Client.ConnectAsync(server, cancellation).ConfigureAwait(false))
        {
            // Throws if nothing listens there: then there is nothing to check.
        }

        var probe = new FaultProbe(server, questionDeadline);
        var results = new List<FaultResult>();
        foreach (var fault in (Fault?[])[null, .. Faults.All])
        {
            var result = await probe.RunAsync(fault, cancellation).ConfigureAwait(false);
            if (processId is { } process)
            {
                var spins = await ProcessorUse.SpinsAsync(process, cancellation).ConfigureAwait(false);
                result = result with { NotSpinning = !spins };
            }

            results.Add(result);
            progress?.Invoke(result);
            if (fault is null && !result.Passed)
            {
                break; // it does not serve anyone, so there is nothing that a fault could harm
            }
        }

        return new FaultMatrix([new ServerFaults(server.ToString(), results)]);
    }

    /// <summary>
    /// Records in the check of an exercise, step by step, what became of its server, and ends the check at the first failure.
    /// </summary>
    /// <param name="trial">The check.</param>
    /// <param name="mistake">The typical mistake that the first failure shows, if there is one.</param>
    internal void ExpectSurvival(Trial trial, Mistake? mistake)
    {
        if (IsStub)
        {
            trial.Call("started your server", () => throw new NotImplementedException());
        }

        var survived = new Said("the server survives it");
        foreach (var result in Results.Values.Single())
        {
            var what = $"a client {ServerArchitecture.Faults.Describe(result.Fault)}";
            if (!result.Passed)
            {
                var failures = EndedWith is { } end ? result.Failures.Append(end) : result.Failures;
                trial.Wrong(what, survived, new Said(string.Join("; ", failures)), mistake, ReasonOfItsEnd());
            }

            trial.Expect(what, survived, survived);
        }
    }

    private string? ReasonOfItsEnd() => EndedWith is { } end
        ? $"Your server ended with {end}. What happens to one client must not end the loop that accepts: catch the exception "
            + "where you talk to the client."
        : _servers.Any(server => server.HasReturned)
            ? HasReturnedEarly
            : null;

    /// <summary>The number of faults that each server survived, in one line.</summary>
    public override string ToString() =>
        string.Join("; ", _servers.Select(server => $"{server.Name}: {server.Summary}"));

    private string Outcome => string.Join(
        ' ', _servers.Select(server => server.Note).Where(note => note is not null).Take(1).Prepend($"{this}."));

    /// <inheritdoc/>
    protected override IShown ShownAs => _servers.Count == 1 ? OneServer(_servers[0].Results) : SideBySide();

    private Table OneServer(IReadOnlyList<FaultResult> results) => new(
        [
            "fault", "what it asked was answered", "others served meanwhile", "others served afterwards", "ended in time",
            "nothing left open", "no core spins",
        ],
        results.Select(IReadOnlyList<object?> (result) =>
        [
            result.Name, Mark(result.AnsweredAsExpected), Mark(result.ServedMeanwhile),
            Mark(result.ServedAfterwards), Mark(result.EndedInTime), Mark(result.NothingLeft), Mark(result.NotSpinning),
        ]),
        $"{Outcome} A dash stands where there is nothing to see.");

    private Table SideBySide() => new(
        ["fault", .. _servers.Select(server => server.Name)],
        _servers.MaxBy(server => server.Results.Count)!.Results.Select(IReadOnlyList<object?> (row) =>
        [
            row.Name,
            .. _servers.Select(server => server.Results.FirstOrDefault(result => result.Fault == row.Fault) is { } result
                ? result.Passed ? "✓" : "✗ " + string.Join("; ", result.Failures)
                : "–"),
        ]),
        Outcome);

    private static string Mark(bool? held) => held switch
    {
        true => "✓",
        false => "✗ no",
        null => "–",
    };
}
