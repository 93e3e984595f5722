using System.Net;

namespace NetworkingCourse.Display;

/// <summary>A value that displays itself when it is the last expression of a cell.</summary>
public interface IShown
{
    /// <summary>The value as an HTML fragment, for notebooks and pages. Verso looks for a method of this name.</summary>
    string ToHtml();

    /// <summary>
    /// The value as text, for front ends that do not show HTML, such as Visual Studio Code in an untrusted folder. It has the
    /// same content as the HTML, and may have many lines. By default it is the value's <see cref="object.ToString"/>.
    /// </summary>
    string ToText() => ToString() ?? "";
}

/// <summary>The base of classes that display themselves: as HTML, and as text where a front end shows no HTML.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public abstract class Shown : IShown
{
    /// <summary>What stands for the value when it is displayed, such as a table of its parts; null if its text does.</summary>
    protected virtual IShown? ShownAs => null;

    /// <inheritdoc/>
    public virtual string ToHtml() => ShownAs?.ToHtml() ?? ShownAsHtml.Paragraph(this);

    /// <inheritdoc/>
    public virtual string ToText() => ShownAs?.ToText() ?? ToString();

    /// <inheritdoc/>
    public override string ToString() => ShownAs?.ToText() ?? GetType().Name;
}

/// <summary>The base of records that display themselves, as <see cref="Shown"/> is for classes.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public abstract record ShownRecord : IShown
{
    /// <inheritdoc cref="Shown.ShownAs"/>
    protected virtual IShown? ShownAs => null;

    /// <inheritdoc/>
    public virtual string ToHtml() => ShownAs?.ToHtml() ?? ShownAsHtml.Paragraph(this);

    /// <inheritdoc/>
    public virtual string ToText() => ShownAs?.ToText() ?? ToString();
}

/// <summary>
/// Tells .NET Interactive, and every kernel built on its formatters, how to show a type. The kernels look for an attribute class
/// of this name, wherever it is defined, so the library needs none of their packages.
/// </summary>
/// <param name="source">A type with a parameterless constructor and a method <c>CreateTypeFormatters</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class TypeFormatterSourceAttribute(Type source) : Attribute
{
    /// <summary>The type that creates the formatters.</summary>
    public Type FormatterSourceType { get; } = source;

    /// <summary>The media types offered to a front end, the richest first.</summary>
    public string[] PreferredMimeTypes { get; set; } = [];
}

/// <summary>Shows an <see cref="IShown"/> as HTML and also as plain text.</summary>
internal sealed class ShownAsHtml
{
    public const string Html = "text/html";
    public const string Plain = "text/plain";

    /// <summary>A value's text as a paragraph of HTML.</summary>
    public static string Paragraph(IShown value) => $"<p>{WebUtility.HtmlEncode(value.ToText())}</p>";

    // The kernel calls this method by name.
#pragma warning disable CA1822 // the kernel expects an instance method
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
