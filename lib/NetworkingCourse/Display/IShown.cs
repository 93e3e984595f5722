namespace NetworkingCourse.Display;

/// <summary>A value that draws itself when a cell ends with it.</summary>
public interface IShown
{
    /// <summary>The value as an HTML fragment, for notebooks and pages. Verso looks for a method of this name.</summary>
    string ToHtml();

    /// <summary>
    /// The value as text, for front ends that show no HTML, as Visual Studio Code does in a folder that is not trusted. It says what the
    /// HTML says, and may have many lines; without one of its own it is the value's <see cref="object.ToString"/>.
    /// </summary>
    string ToText() => ToString() ?? "";
}

/// <summary>
/// Tells .NET Interactive, and every kernel built on its formatters, how a type is shown. The kernels look for an attribute class
/// of this name, wherever it is defined; so the library needs no package of theirs.
/// </summary>
/// <param name="source">A type with a parameterless constructor and a method <c>CreateTypeFormatters</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class TypeFormatterSourceAttribute(Type source) : Attribute
{
    /// <summary>The type that makes the formatters.</summary>
    public Type FormatterSourceType { get; } = source;

    /// <summary>Which forms a front end is given, the richest first.</summary>
    public string[] PreferredMimeTypes { get; set; } = [];
}

/// <summary>Shows an <see cref="IShown"/> as HTML and, beside it, as plain text.</summary>
internal sealed class ShownAsHtml
{
    public const string Html = "text/html";
    public const string Plain = "text/plain";

    // Called by the kernel, by name.
#pragma warning disable CA1822 // the kernel calls an instance method
    public IEnumerable<object> CreateTypeFormatters() =>
#pragma warning restore CA1822
    [
        new Formatter(Html, value => value is IShown shown ? shown.ToHtml() : null),
        new Formatter(Plain, value => value is IShown shown ? shown.ToText() : value.ToString()),
    ];

    private sealed class Formatter(string mimeType, Func<object, string?> text)
    {
        public string MimeType { get; } = mimeType;

        public bool Format(object value, TextWriter writer)
        {
            if (text(value) is not { } formatted)
            {
                return false;
            }

            writer.Write(formatted);
            return true;
        }
    }
}
