using System.Collections;
using System.Globalization;
using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Checking;

/// <summary>Compares and shows the values that go into the learner's code and come out of it.</summary>
internal static class Present
{
    private const int MaxBytes = 96;
    private const int MaxItems = 12;
    private const int BytesInARow = 16;
    private const double Tolerance = 1e-9;

    /// <summary>
    /// Whether two results are the same: sequences item by item, floating-point numbers up to rounding, exceptions by their type.
    /// </summary>
    public static bool Same(object? expected, object? actual) => (expected, actual) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (Exception right, Exception thrown) => right.GetType().IsInstanceOfType(thrown),
        (double right, double number) =>
            right.Equals(number) || (double.IsFinite(right) && double.IsFinite(number)
                && Math.Abs(right - number) <= Tolerance * Math.Max(Math.Abs(right), Math.Abs(number))),
        (TimeSpan right, TimeSpan time) => Math.Abs((right - time).Ticks) <= 10,
        (string right, string text) => right == text,
        (IEnumerable right, IEnumerable items) => SameItems(right, items),
        _ => expected.Equals(actual),
    };

    /// <summary>The value in one line, for example <c>12 bytes "GET / HTTP/1"</c>.</summary>
    public static string Line(object? value) => value switch
    {
        null => "null",
        string text => Quoted(text),
        bool truth => truth ? "true" : "false",
        TimeSpan time => InvariantText.Of(time),
        Exception exception => $"{exception.GetType().Name}: {exception.Message}",
        IReadOnlyList<byte> bytes => $"{InvariantText.Count(bytes.Count, "byte")} {Quoted(Latin(bytes, MaxBytes))}",
        IShown shown => shown.ToText(),
        IEnumerable items => List([.. items.Cast<object?>().Take(MaxItems + 1)]),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>The value as HTML: bytes in rows with their text beside them, values of the course as they show
    /// themselves.</summary>
    public static string ToHtml(object? value) => value switch
    {
        IShown shown => shown.ToHtml(),
        IReadOnlyList<byte> bytes => $"<pre class=\"course-source\">{WebUtility.HtmlEncode(Rows(bytes))}</pre>",
        Exception exception => $"<code>{exception.GetType().Name}</code>: {WebUtility.HtmlEncode(exception.Message)}",
        Said said => Prose.ToHtml(said.Text),
        _ => $"<code>{WebUtility.HtmlEncode(Line(value))}</code>",
    };

    /// <summary>Bytes in rows of 16, each with its offset, the bytes in hexadecimal, and their text.</summary>
    public static string Rows(IReadOnlyList<byte> bytes)
    {
        var text = new StringBuilder();
        for (var at = 0; at < Math.Min(bytes.Count, MaxBytes); at += BytesInARow)
        {
            byte[] row = [.. bytes.Skip(at).Take(BytesInARow)];
            text.Append(InvariantText.Format($"{at:x4}  "))
                .Append(Octets.Hex(row).PadRight(3 * BytesInARow))
                .Append(' ').AppendLine(Latin(row, BytesInARow, '·'));
        }

        return bytes.Count switch
        {
            0 => "no bytes",
            > MaxBytes => text.Append(InvariantText.Format($"… {bytes.Count - MaxBytes:N0} more bytes")).ToString(),
            _ => text.ToString().TrimEnd(),
        };
    }

    /// <summary>A text as a C# literal, shortened.</summary>
    public static string Quoted(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var letter in text.Length > MaxBytes ? text.AsSpan(0, MaxBytes) : text)
        {
            literal.Append(letter switch
            {
                '\r' => "\\r",
                '\n' => "\\n",
                '\t' => "\\t",
                '"' => "\\\"",
                '\\' => @"\\",
                < ' ' or (> '~' and < '\u00a1') => InvariantText.Format($"\\x{(int)letter:x2}"),
                _ => letter.ToString(),
            });
        }

        return literal.Append(text.Length > MaxBytes ? "…\"" : "\"").ToString();
    }

    /// <summary>
    /// Where two results differ, in a sentence, if that is hard to see: far behind their beginning, or in more digits than are
    /// shown. Null otherwise.
    /// </summary>
    public static string? Difference(object? expected, object? actual)
    {
        switch (expected, actual)
        {
            case (IReadOnlyList<byte> right, IReadOnlyList<byte> bytes):
                var place = right.Zip(bytes).TakeWhile(pair => pair.First == pair.Second).Count();
                return place < BytesInARow || (place == right.Count && place == bytes.Count) ? null : InvariantText.Format(
                    $"The first {place} bytes agree. Then {Rest(right, place)} is expected, and {Rest(bytes, place)} came.");
            case (TimeSpan right, TimeSpan time) when Line(right) == Line(time):
                return InvariantText.Format(
                    $"In full, {right.TotalMilliseconds} ms is expected, and {time.TotalMilliseconds} ms came.");
            default:
                return null;
        }

        static string Rest(IReadOnlyList<byte> bytes, int place) => place == bytes.Count
            ? "the end"
            : $"`{Octets.Hex([.. bytes.Skip(place).Take(8)])}`{(bytes.Count > place + 8 ? " …" : "")}";
    }

    private static string List(IReadOnlyList<object?> items) =>
        $"[{string.Join(", ", items.Take(MaxItems).Select(Line))}{(items.Count > MaxItems ? ", …" : "")}]";

    private static string Latin(IReadOnlyList<byte> bytes, int maxBytes, char? otherwise = null) => string.Concat(
        bytes.Take(maxBytes).Select(b => otherwise is { } sign && b is < 0x20 or > 0x7e ? otherwise.Value : (char)b));

    private static bool SameItems(IEnumerable expected, IEnumerable actual)
    {
        var (right, items) = (expected.GetEnumerator(), actual.GetEnumerator());
        while (right.MoveNext())
        {
            if (!items.MoveNext() || !Same(right.Current, items.Current))
            {
                return false;
            }
        }

        return !items.MoveNext();
    }
}

/// <summary>A result in words, where the value itself says little: <c>the connection was closed</c>.</summary>
/// <param name="Text">The words.</param>
internal sealed record Said(string Text)
{
    /// <summary>No result at all, which is not the same as null.</summary>
    public static Said Nothing { get; } = new("");

    /// <inheritdoc/>
    public override string ToString() => Text;
}
