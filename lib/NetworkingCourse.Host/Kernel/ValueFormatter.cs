using Microsoft.DotNet.Interactive.Formatting;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Formats values for front ends with the formatters of .NET Interactive.</summary>
internal static class ValueFormatter
{
    /// <param name="value">The value. It is read once, unless the caller or the value's type asks for several formats.</param>
    /// <param name="mimeTypes">The formats; if there are none, those that the value's type prefers.</param>
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

    /// <summary>Bundles formatted values, and adds a plain-text version.</summary>
    public static MimeBundle Bundle(IReadOnlyList<FormattedValue> formatted, object? value)
    {
        var formats = formatted.DistinctBy(format => format.MimeType)
            .ToDictionary(format => format.MimeType, format => format.Value);
        formats.TryAdd(MimeBundle.PlainText, Text(formats, value));
        return new MimeBundle([.. formats]);
    }

    /// <summary>
    /// The plain-text version, which the caller did not ask for. So the value is read again only for a formatter that the cell
    /// itself has registered.
    /// </summary>
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
