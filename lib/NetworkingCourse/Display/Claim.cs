using System.Globalization;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.Display;

/// <summary>
/// A quantitative statement of a lesson, compared with the value measured on this machine, and whether it holds there. Every
/// number is a ratio (written with ×), unless a unit is given.
/// </summary>
/// <example>
/// <code>Claim.AtLeast("a look-up in the list takes longer than in the trie by", times: 10, measured: list / trie)</code>
/// </example>
public sealed class Claim : Shown
{
    private const int FewestDigits = 3;
    private const int MaxDigits = 15;

    private readonly Func<double, bool> _holds;
    private readonly string? _unit;

    private Claim(string text, Func<Func<double, string>, string> stated, double measured, string? unit, Func<double, bool> holds)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        if (!double.IsFinite(measured) || measured < 0)
        {
            var reason = double.IsFinite(measured) ? "it is negative" : "it was divided by zero, or nothing was measured";
            var message = $"'{text}' has no measured value to compare: {reason}.";
            throw new ArgumentOutOfRangeException(nameof(measured), measured, message);
        }

        (Text, Measured, _holds) = (text, measured, holds);
        _unit = unit;
        Stated = stated(number => WithUnit(Number(number)));
    }

    /// <summary>The claim in words, without the number.</summary>
    public string Text { get; }

    /// <summary>The claimed number in words: <c>at least 10×</c>.</summary>
    public string Stated { get; }

    /// <summary>The value measured in this run: a ratio, or a number in the claim's unit.</summary>
    public double Measured { get; }

    /// <summary>Whether the measured value agrees with the claim.</summary>
    public bool Holds => _holds(Measured);

    /// <summary>The verdict in words.</summary>
    public string Verdict => Holds ? "holds" : "does not hold on this machine";

    /// <summary>Claims that a number is not below a bound.</summary>
    /// <param name="text">The claim in words, without the number.</param>
    /// <param name="times">The bound, positive: a ratio, or a number in the unit. The measured value may equal it.</param>
    /// <param name="measured">The measured value: a ratio, or a number in the unit; finite and not negative.</param>
    /// <param name="unit">The unit of both numbers in words, for example <c>questions</c>; null for a ratio.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is infinite, not a number, or out of range.</exception>
    public static Claim AtLeast(string text, double times, double measured, string? unit = null)
    {
        ThrowUnlessPositive(times);
        return new Claim(text, of => $"at least {of(times)}", measured, unit, value => value >= times);
    }

    /// <summary>Claims that a number is not above a bound.</summary>
    /// <inheritdoc cref="AtLeast"/>
    public static Claim AtMost(string text, double times, double measured, string? unit = null)
    {
        ThrowUnlessPositive(times);
        return new Claim(text, of => $"at most {of(times)}", measured, unit, value => value <= times);
    }

    /// <summary>Claims that a number is close to an expected one.</summary>
    /// <param name="text">The claim in words, without the number.</param>
    /// <param name="expected">The expected number, positive: a ratio, or a number in the unit.</param>
    /// <param name="measured">The measured value: a ratio, or a number in the unit; finite and not negative.</param>
    /// <param name="within">The tolerance, as a share of the expected number: above 0 and below 1.</param>
    /// <param name="unit">The unit of both numbers in words, for example <c>questions</c>; null for a ratio.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is infinite, not a number, or out of range.</exception>
    public static Claim About(string text, double expected, double measured, double within = 0.25, string? unit = null)
    {
        ThrowUnlessPositive(expected);
        if (within is not (> 0 and < 1))
        {
            const string allowed = "The tolerance is a share of the expected number, above 0 and below 1.";
            throw new ArgumentOutOfRangeException(nameof(within), within, allowed);
        }

        var (low, high) = (expected * (1 - within), expected * (1 + within));
        string Stated(Func<double, string> of) => $"about {of(expected)} (± {Number(100 * within)} %)";
        return new Claim(text, Stated, measured, unit, value => value >= low && value <= high);
    }

    /// <summary>Puts several claims into one table, for the last line of a cell.</summary>
    /// <param name="claims">The claims; at least one.</param>
    /// <exception cref="ArgumentException">There are no claims.</exception>
    public static Claims Show(params IReadOnlyList<Claim> claims) => new(claims);

    /// <inheritdoc/>
    public override string ToHtml() => Show(this).ToHtml();

    /// <summary>The claim, the measured value and the verdict, as a table with one row.</summary>
    public override string ToString() => Show(this).ToString();

    /// <summary>
    /// The measured value with its unit. It has three digits, or more if they are needed to show on which side of a bound the
    /// number lies: 9.996 is not written as 10 next to "at least 10".
    /// </summary>
    internal string MeasuredText()
    {
        var digits = FewestDigits;
        while (digits < MaxDigits && _holds(Rounded(Measured, digits)) != Holds)
        {
            digits++;
        }

        return WithUnit(Number(Measured, digits));
    }

    private string WithUnit(string number) => _unit is null ? number + "×" : $"{number} {InvariantText.Unit(number, _unit)}";

    private static void ThrowUnlessPositive(double number, [CallerArgumentExpression(nameof(number))] string name = "")
    {
        if (!double.IsFinite(number) || number <= 0)
        {
            throw new ArgumentOutOfRangeException(name, number, "A claim needs a positive, finite number.");
        }
    }

    private static double Rounded(double number, int digits) =>
        double.Parse(Number(number, digits), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    // Keeps all digits of whole numbers; only decimals are rounded.
    private static string Number(double number, int digits = FewestDigits)
    {
        var decimals = number == 0 ? 0 : Math.Clamp(digits - 1 - (int)Math.Floor(Math.Log10(number)), 0, MaxDigits);
        return number.ToString("#,0." + new string('#', decimals), CultureInfo.InvariantCulture);
    }
}
