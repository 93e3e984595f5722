using Microsoft.DotNet.Interactive.Formatting;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Turns a value into what front ends show, with the formatters of .NET Interactive.</summary>
internal static class ValueFormatter
{
    /// <param name="value">The value. It is looked at once, unless several formats are asked for, by the caller or by its
    /// type.</param>
    /// <param name="mimeTypes">The formats; if there are none, those that its type prefers.</param>
    public static MimeBundle Format(object? value, params string[] mimeTypes)
    {
        var formatted = value switch
        {
            FormattedValue one => [one],
            IEnumerable<FormattedValue> several => [.. several],
            _ => FormattedValue.CreateManyFromObject(value, [.. mimeTypes.Distinct()]),
        };
        return Bundle(formatted, value);
    }

    /// <summary>What has been formatted, with text beside it.</summary>
    public static MimeBundle Bundle(IReadOnlyList<FormattedValue> formatted, object? value)
    {
        var formats = formatted.DistinctBy(format => format.MimeType)
            .ToDictionary(format => format.MimeType, format => format.Value);
        formats.TryAdd(MimeBundle.PlainText, Text(formats, value));
        return new MimeBundle([.. formats]);
    }

    /// <summary>The text is an addition that nobody asked for: where it needs the value again, only a formatter of the cell's own
    /// gets it.</summary>
    private static string Text(Dictionary<string, string> formats, object? value)
    {
        if (value is not null && Formatter.RegisteredFormatters(includeDefaults: false).Any(
            formatter => formatter.MimeType == MimeBundle.PlainText && formatter.Type.IsInstanceOfType(value)))
        {
            return value.ToDisplayString(MimeBundle.PlainText);
        }

        var (mimeType, text) = formats.First();
        return formats.TryGetValue(MimeBundle.Html, out var html) ? HtmlText.Of(html)
            : mimeType.StartsWith("text/", StringComparison.Ordinal) || mimeType.EndsWith("json", StringComparison.Ordinal) ? text
            : $"({mimeType})";
    }
}
