using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What a client sees of a server to which a fault was done. Null means that this cannot be seen, or does not
/// apply.</summary>
/// <param name="Fault">The fault; null for polite clients, which do nothing wrong.</param>
/// <param name="Outcome">How the faulty client's connection ended.</param>
public sealed record FaultResult(Fault? Fault, string Outcome)
{
    /// <summary>Whether the questions that the faulty client asked properly were answered, completely and in order.</summary>
    public bool? AnsweredAsExpected { get; init; }

    /// <summary>Whether a polite client was answered while the fault was going on.</summary>
    public bool? ServedMeanwhile { get; init; }

    /// <summary>Whether a polite client was answered afterwards.</summary>
    public bool? ServedAfterwards { get; init; }

    /// <summary>Whether the server ended the connection of a client that would have kept it for ever.</summary>
    public bool? EndedInTime { get; init; }

    /// <summary>Whether the server has closed its end of the faulty client's connection.</summary>
    public bool? NothingLeft { get; init; }

    /// <summary>Whether the server's process came to rest afterwards.</summary>
    public bool? NotSpinning { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool Passed => Failures.Count == 0;

    /// <summary>What is wrong, in a few words each.</summary>
    public IReadOnlyList<string> Failures =>
    [
        .. Checks.Where(check => check.Held == false).Select(check => check.Failure),
    ];

    /// <summary>The fault's name, for tables.</summary>
    public string Name => Fault is { } fault ? InvariantText.Of(fault) : "none: asks and closes";

    private IEnumerable<(bool? Held, string Failure)> Checks =>
    [
        (AnsweredAsExpected, "not every question got its right answer"),
        (ServedMeanwhile, "others were not served meanwhile"),
        (ServedAfterwards, "others were not served afterwards"),
        (EndedInTime, "its connection was not ended"),
        (NothingLeft, "its connection is still open at the server"),
        (NotSpinning, "a core spins"),
    ];

    /// <summary>The fault and what is wrong, in one line.</summary>
    public override string ToString() =>
        $"{Name}: {(Passed ? "survived" : string.Join(", ", Failures))}";
}
