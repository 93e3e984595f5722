using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>One step of a resolution: a query to a server, or an answer found without one.</summary>
/// <param name="Question">The question of this step.</param>
/// <param name="Zone">The zone whose server was asked; null if the answer came from the cache.</param>
/// <param name="Server">The server's name; <c>cache</c> if the answer came from the cache.</param>
/// <param name="Address">The server's address, as in the zones; null if no server was asked.</param>
/// <param name="Exchange">The messages exchanged; null if the answer came from the cache or nothing could be sent.</param>
/// <param name="Detail">The result of the step.</param>
public sealed record ResolutionStep(
    DnsQuestion Question, DnsName? Zone, string Server, Address? Address, DnsExchange? Exchange, string Detail);

/// <summary>The result of a resolution, and the steps that led to it.</summary>
/// <param name="Question">The question.</param>
/// <param name="Code">The response code.</param>
/// <param name="Answers">The records found, preceded by the aliases that led to them.</param>
/// <param name="Steps">All steps, in order.</param>
public sealed record Resolution(
    DnsQuestion Question, ResponseCode Code, IReadOnlyList<DnsRecord> Answers, IReadOnlyList<ResolutionStep> Steps) : ShownRecord
{
    /// <summary>Why the resolution failed; empty if it succeeded.</summary>
    public string FailureReason { get; init; } = "";

    /// <summary>For a negative answer, the SOA record of the zone that gave it.</summary>
    public DnsRecord? Soa { get; init; }

    /// <summary>The number of times a server was asked.</summary>
    public int Queries => Steps.Count(step => step.Exchange is not null);

    /// <summary>The addresses among the answers.</summary>
    public IReadOnlyList<Address> Addresses =>
        [.. Answers.Select(record => record.Data).OfType<AddressData>().Select(data => data.Address)];

    /// <summary>The reasons why messages were rejected, one for each.</summary>
    public IReadOnlyList<string> Refused => [.. Steps.SelectMany(step => step.Exchange?.Refused ?? [])];

    /// <summary>The queries and responses, as a ladder diagram.</summary>
    public LadderDiagram Ladder() => DnsLadder.Of(
        $"{Question}",
        "resolver",
        [.. Steps.Where(step => step.Exchange is not null).Select(step => (step.Server, step.Exchange!))]) with
    {
        Details = Steps
            .Where(step => step.Exchange is not null)
            .GroupBy(step => step.Server)
            .ToDictionary(steps => steps.Key, steps => string.Join(", ", steps.Select(step => step.Address).Distinct())),
    };

    /// <summary>The steps as a table.</summary>
    public Table Table() => new(
        ["step", "question", "asked", "a server of", "result"],
        Steps.Select(IReadOnlyList<object?> (step, i) =>
        [
            i + 1,
            step.Question,
            step.Address is { } address ? $"{step.Server} ({address})" : step.Server,
            step.Zone?.ToString() ?? "",
            step.Detail,
        ]),
        Conclusion());

    /// <inheritdoc/>
    public override string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    private string Conclusion()
    {
        var found = FailureReason.Length > 0 ? FailureReason
            : Answers.Count > 0 ? string.Join("; ", Answers)
            : Code == ResponseCode.NameError ? "there is no such name"
            : "the name exists, but has no such record";
        return InvariantText.Format($"{InvariantText.Of(Code)}, {Queries} quer{(Queries == 1 ? "y" : "ies")}: {found}");
    }
}
