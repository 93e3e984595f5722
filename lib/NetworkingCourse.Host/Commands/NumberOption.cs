using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace NetworkingCourse.Host.Commands;

/// <summary>Options whose value is a number within bounds. Numbers are read the same way on every desktop, with a point.</summary>
internal static class NumberOption
{
    /// <param name="name">As typed: <c>--port</c>.</param>
    /// <param name="value">What stands for the value in help texts.</param>
    /// <param name="otherwise">What it is when it is left out.</param>
    /// <param name="least">The least value allowed.</param>
    /// <param name="most">The greatest value allowed.</param>
    /// <param name="what">What the number is, with its unit and in words: <c>a think time in milliseconds</c>.</param>
    /// <param name="description">What the option is for.</param>
    public static Option<T> Create<T>(string name, string value, T otherwise, T least, T most, string what, string description)
        where T : INumber<T>
    {
        return new Option<T>(name) { HelpName = value, Description = description, DefaultValueFactory = _ => otherwise, CustomParser = Parse };

        T Parse(ArgumentResult result)
        {
            var typed = result.Tokens[0].Value;
            if (T.TryParse(typed, NumberStyles.Float & ~NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} {typed}: give {what}, {least} to {most}."));
            return otherwise;
        }
    }
}
