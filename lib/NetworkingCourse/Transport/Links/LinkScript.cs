using System.Text.RegularExpressions;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Determines the fate of certain datagrams of a link by their numbers: <c>drop the 2nd and 5th; corrupt the 3rd</c>. The first
/// datagram sent over the link has the number 1. The verbs are drop, corrupt, duplicate and hold back; <c>4th to 6th</c> and
/// <c>every 3rd</c> are understood too.
/// </summary>
public sealed partial class LinkScript
{
    private readonly IReadOnlyList<Clause> _clauses;

    private LinkScript(IReadOnlyList<Clause> clauses) => _clauses = clauses;

    /// <summary>Parses a script.</summary>
    /// <param name="text">Clauses separated by semicolons: a verb, then ordinals separated by commas or <c>and</c>.</param>
    /// <exception cref="FormatException">The script is malformed; the message says where.</exception>
    public static LinkScript Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new LinkScript(
            [.. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SelectMany(Clauses)]);
    }

    /// <summary>Gets the outcome that the script sets for a datagram.</summary>
    /// <param name="number">The datagram's number, from 1.</param>
    public LinkOutcome OutcomeOf(int number) =>
        _clauses
            .Where(clause => clause.Concerns(number))
            .Aggregate(LinkOutcome.None, (outcome, clause) => outcome | clause.Outcome | LinkOutcome.Scripted);

    /// <summary>The script in a form that <see cref="Of"/> understands.</summary>
    public override string ToString() => string.Join("; ", _clauses.GroupBy(clause => clause.Outcome).Select(
        alike => $"{Verb(alike.Key)} {string.Join(" and ", alike.Select(clause => clause.Numbers))}"));

    private static IEnumerable<Clause> Clauses(string text)
    {
        var clause = ClauseForm().Match(text.ToLowerInvariant());
        if (!clause.Success)
        {
            throw new FormatException($"'{text}' is not a valid clause of a link script. "
                + "A script looks like this: 'drop the 2nd and 5th; corrupt the 3rd; hold back every 4th'.");
        }

        var outcome = clause.Groups["verb"].Value switch
        {
            "drop" => LinkOutcome.Lost,
            "corrupt" => LinkOutcome.Corrupted,
            "duplicate" => LinkOutcome.Duplicated,
            _ => LinkOutcome.HeldBack,
        };
        return clause.Groups["which"].Captures.Select(which =>
        {
            var numbers = Digits().Matches(which.Value).Select(number => Number(number.Value, text)).ToArray();
            return which.Value.StartsWith("every", StringComparison.Ordinal)
                ? new Clause(outcome, numbers[0], int.MaxValue, numbers[0])
                : new Clause(outcome, numbers[0], numbers[^1], 1);
        });
    }

    private static int Number(string digits, string text) => Display.Digits.TryParse(digits, out int number) && number > 0
        ? number
        : throw new FormatException($"'{digits}', in '{text}', is not the number of a datagram: they begin at 1.");

    private static string Verb(LinkOutcome outcome) => outcome switch
    {
        LinkOutcome.Lost => "drop",
        LinkOutcome.Corrupted => "corrupt",
        LinkOutcome.Duplicated => "duplicate",
        _ => "hold back",
    };

    private static string Ordinal(int number) =>
        InvariantText.Format($"{number}{(number % 100 is >= 11 and <= 13, number % 10) switch
        {
            (false, 1) => "st",
            (false, 2) => "nd",
            (false, 3) => "rd",
            _ => "th",
        }}");

    private sealed record Clause(LinkOutcome Outcome, int First, int Last, int Step)
    {
        public string Numbers => Last == int.MaxValue ? $"every {Ordinal(First)}"
            : First == Last ? Ordinal(First)
            : $"{Ordinal(First)} to {Ordinal(Last)}";

        public bool Concerns(int number) => number >= First && number <= Last && (number - First) % Step == 0;
    }

    [GeneratedRegex(
        @"^(?<verb>drop|corrupt|duplicate|hold back)(?:(?:\s+|\s*,\s*)(?:and\s+)?(?:the\s+)?"
            + @"(?<which>every\s+\d+(?:st|nd|rd|th)?|\d+(?:st|nd|rd|th)?(?:\s+to\s+(?:the\s+)?\d+(?:st|nd|rd|th)?)?))+$",
        RegexOptions.CultureInvariant)]
    private static partial Regex ClauseForm();

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
