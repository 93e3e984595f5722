using System.Text.RegularExpressions;
using NetworkingCourse.Display;

namespace NetworkingCourse.Checking;

/// <summary>A predicted number. It is compared with the measured one, or shown by a run.</summary>
public sealed class Guess : Shown
{
    // A guess within this share of the measured value is as good as a measurement on a busy machine.
    private const double Close = 0.1;

    // What can be counted on a page is counted exactly.
    private const double LargestExact = 1000;

    internal Guess(string what, double? value, string unit) => (What, Value, Unit) = (what, value, unit);

    /// <summary>What is predicted.</summary>
    public string What { get; }

    /// <summary>The predicted number; null if there is no prediction.</summary>
    public double? Value { get; }

    /// <summary>The unit: <c>s</c>, or empty for a count.</summary>
    public string Unit { get; }

    /// <summary>The client whose latency is predicted, in the order served; null for anything else.</summary>
    internal int? Client { get; init; }

    /// <summary>Compares the prediction with a measured time.</summary>
    public Table Compare(TimeSpan measured) => Compare(measured.TotalSeconds);

    /// <summary>Compares the prediction with the measured number, in the same unit.</summary>
    public Table Compare(double measured) => new(
        ["what", "your prediction", "measured", "off by"],
        [[What, Value is { } value ? Text(value) : "–", Text(measured), Value is null ? "" : Off(measured)]],
        Value is null ? "You made no prediction. Replace null by a number, and run both cells again." : Sentence(measured));

    /// <summary>How far the prediction is from a measured number, in a sentence; empty without a prediction.</summary>
    internal string Sentence(double measured)
    {
        if (Value is not { } value)
        {
            return "";
        }

        return IsClose(measured)
            ? $"You predicted {Text(value)} for {What}, and {Text(measured)} was measured: that is right."
            : $"You predicted {Text(value)} for {What}; {Text(measured)} was measured: {Off(measured)}.";
    }

    /// <summary>Whether the prediction agrees with a measured number.</summary>
    internal bool IsClose(double measured) => Value is { } value
        && (IsExact(measured) ? value == measured : Math.Abs(value - measured) <= Close * Math.Max(measured, value));

    private string Off(double measured) => (Value!.Value - measured, IsExact(measured), measured > 0) switch
    {
        (0, _, _) => "0",
        (var more and > 0, true, _) => InvariantText.Format($"{more:0.###} too many"),
        (var less, true, _) => InvariantText.Format($"{-less:0.###} too few"),
        (_, _, true) => InvariantText.Difference(Value!.Value / measured),
        (var difference, _, _) => InvariantText.Format($"{difference:+0.###;-0.###;0}"),
    };

    private bool IsExact(double measured) => Unit.Length == 0 && measured <= LargestExact && double.IsInteger(measured);

    private string Text(double number) =>
        Unit == "s" ? InvariantText.Of(TimeSpan.FromSeconds(number)) : InvariantText.Format($"{number:#,0.###}");

    /// <summary>The prediction in one line.</summary>
    public override string ToString() => Value is { } value
        ? $"You predict {Text(value)} for {What}. Now run the experiment."
        : $"No prediction yet for {What}: replace null by a number, if you like, before you go on.";
}

/// <summary>A predicted outcome in words.</summary>
public sealed partial class Choice : Shown
{
    internal Choice(string what, string? value) => (What, Value) = (what, value);

    /// <summary>What is predicted.</summary>
    public string What { get; }

    /// <summary>The predicted outcome; null if there is no prediction.</summary>
    public string? Value { get; }

    /// <summary>Compares the prediction with what happened. It may be spelled with other capitals, hyphens or quotes.</summary>
    public Table Compare(string happened)
    {
        var right = Value is not null && Plain(Value) == Plain(happened);
        return new Table(
            ["what", "your prediction", "what happened"],
            [[What, Value ?? "–", happened]],
            Value is null ? "You made no prediction. Replace null by one, and run both cells again."
                : right ? "That is what you predicted." : "That is not what you predicted.");
    }

    /// <summary>The prediction in one line.</summary>
    public override string ToString() => Value is null
        ? $"{What} No prediction yet: replace null by your answer, if you like, before you go on."
        : Options is { Length: > 0 } options && !options.Any(option => Plain(option) == Plain(Value))
            ? $"{What} You wrote {Value}. Write one of these: {string.Join(" · ", options)}."
            : $"{What} You predict: {Value}. Now run the experiment.";

    // The answers that the question itself names: "The next client: refused, wait or answered?"
    private string[] Options => What.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon && What.EndsWith('?')
        ? Between().Split(What[(colon + 2)..^1])
        : [];

    private static string Plain(string text) => Spelling().Replace(text, " ").Trim().ToUpperInvariant();

    [GeneratedRegex(", or | or |, ")]
    private static partial Regex Between();

    [GeneratedRegex("[-_\\s\"'.!?]+")]
    private static partial Regex Spelling();
}
