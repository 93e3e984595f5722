using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace NetworkingCourse.Host.Commands;

/// <summary>Creates options whose value is a number within bounds. The decimal separator is always a point.</summary>
internal static class NumberOption
{
    /// <param name="name">The option's name as typed, such as <c>--port</c>.</param>
    /// <param name="value">The placeholder for the value in help texts.</param>
    /// <param name="otherwise">The default value.</param>
    /// <param name="min">The smallest allowed value.</param>
    /// <param name="max">The largest allowed value.</param>
    /// <param name="what">The meaning of the number in words, with its unit, such as <c>a think time in milliseconds</c>.</param>
    /// <param name="description">The option's description in help texts.</param>
    public static Option<T> Create<T>(string name, string value, T otherwise, T min, T max, string what, string description)
        where T : INumber<T>
    {
        return new Option<T>(name)
        {
            HelpName = value,
            Description = description,
            DefaultValueFactory = _ => otherwise,
            CustomParser = Parse,
        };

        T Parse(ArgumentResult result)
        {
            var typed = result.Tokens[0].Value;
            if (T.TryParse(
                    typed, NumberStyles.Float & ~NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
                && number >= min
                && number <= max)
            {
                return number;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} {typed}: give {what}, {min} to {max}."));
            return otherwise;
        }
    }
}
