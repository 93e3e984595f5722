namespace NetworkingCourse.Application;

/// <summary>The directives of a <c>Cache-Control</c> field (RFC 9111, section 5.2).</summary>
public sealed class CacheControl
{
    private readonly Dictionary<string, string> _directives = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="value">The value of the field; null if there is no such field.</param>
    public CacheControl(string? value)
    {
        foreach (var directive in HttpList.Members([value ?? ""]))
        {
            var parts = directive.Split('=', 2);
            _directives.TryAdd(parts[0].Trim(), parts.Length > 1 ? parts[1].Trim().Trim('"') : "");
        }
    }

    /// <summary>Whether the field has this directive, with an argument or without one.</summary>
    public bool Has(string directive) => _directives.ContainsKey(directive);

    /// <summary>The argument of a directive in seconds; null if there is no such directive.</summary>
    /// <returns>
    /// 0 for an argument that is no number: what is invalid makes an answer stale (RFC 9111, section 4.2.1). A number that is too
    /// large is taken for the largest (section 1.2.2).
    /// </returns>
    public int? Seconds(string directive) => _directives.TryGetValue(directive, out var text) ? NumberOf(text) : null;

    internal static int NumberOf(string text) =>
        text.Length == 0 || !text.All(char.IsAsciiDigit) ? 0
        : int.TryParse(text, out var seconds) ? seconds : int.MaxValue;
}
