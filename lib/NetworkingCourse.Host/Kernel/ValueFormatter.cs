using Microsoft.DotNet.Interactive.Formatting;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Turns a value into what front ends show, with the formatters of .NET Interactive.</summary>
internal static class ValueFormatter
{
    public static MimeBundle Format(object? value, params string[] mimeTypes)
    {
        var type = value?.GetType() ?? typeof(object);
        var wanted = mimeTypes is { Length: > 0 } ? mimeTypes : [.. Formatter.GetPreferredMimeTypesFor(type)];
        var formats = wanted.Distinct().ToDictionary(mime => mime, mime => value.ToDisplayString(mime));
        formats.TryAdd(MimeBundle.PlainText, PlainText(value));
        return new MimeBundle([.. formats]);
    }

    /// <summary>The text is an addition that nobody asked for: a type that cannot be written as text is still shown as it wishes.</summary>
    private static string PlainText(object? value)
    {
        try
        {
            return value.ToDisplayString(MimeBundle.PlainText);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return value?.GetType().ToString() ?? Formatter.NullString;
        }
    }
}
