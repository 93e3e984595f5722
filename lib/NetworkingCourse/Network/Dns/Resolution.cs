using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A step on the way to an answer: a server asked, or something remembered.</summary>
/// <param name="Question">What was to be found out.</param>
/// <param name="Zone">The zone whose server was asked; null if it was remembered.</param>
/// <param name="Server">The server's name; <c>cache</c> if it was remembered.</param>
/// <param name="Address">The server's address, as the zones have it; null if nobody was asked.</param>
/// <param name="Exchange">What was sent and came; null if it was remembered, or nothing could be sent.</param>
/// <param name="Detail">What came of it.</param>
public sealed record ResolutionStep(DnsQuestion Question, DnsName? Zone, string Server, Address? Address, DnsExchange? Exchange, string Detail);

/// <summary>What a resolver found out, and how.</summary>
/// <param name="Question">The question.</param>
/// <param name="Code">What became of it.</param>
/// <param name="Answers">The records, after the other names that lead to them.</param>
/// <param name="Steps">Every step, in order.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record Resolution(DnsQuestion Question, ResponseCode Code, IReadOnlyList<DnsRecord> Answers, IReadOnlyList<ResolutionStep> Steps) : IShown
{
    /// <summary>Why it failed; empty if it did not.</summary>
    public string FailureReason { get; init; } = "";

    /// <summary>Of something that is not there, the start of its zone, which said so.</summary>
    public DnsRecord? Soa { get; init; }

    /// <summary>How many times a server was asked.</summary>
    public int Queries => Steps.Count(step => step.Exchange is not null);

    /// <summary>The addresses among the answers.</summary>
    public IReadOnlyList<Address> Addresses => [.. Answers.Select(record => record.Data).OfType<AddressData>().Select(data => data.Address)];

    /// <summary>Everything that came and was not believed.</summary>
    public IReadOnlyList<string> Refused => [.. Steps.SelectMany(step => step.Exchange?.Refused ?? [])];

    /// <summary>Who was asked what, and what they said.</summary>
    public LadderDiagram Ladder() => DnsLadder.Of($"{Question}", "resolver", [.. Steps.Where(step => step.Exchange is not null).Select(step => (step.Server, step.Exchange!))]) with
    {
        Details = Steps.Where(step => step.Exchange is not null).GroupBy(step => step.Server).ToDictionary(steps => steps.Key, steps => string.Join(", ", steps.Select(step => step.Address).Distinct())),
    };

    /// <summary>The steps as a table.</summary>
    public Table Table() => new(
        ["step", "question", "asked", "a server of", "what came of it"],
        Steps.Select(IReadOnlyList<object?> (step, i) => [i + 1, step.Question, step.Address is { } address ? $"{step.Server} ({address})" : step.Server, step.Zone?.ToString() ?? "", step.Detail]),
        Conclusion());

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    private string Conclusion()
    {
        var found = FailureReason.Length > 0 ? FailureReason : Answers.Count > 0 ? string.Join("; ", Answers) : Code == ResponseCode.NameError ? "there is no such name" : "the name exists, and has no such record";
        return InvariantText.Format($"{InvariantText.Of(Code)}, {Queries} quer{(Queries == 1 ? "y" : "ies")}: {found}");
    }
}
