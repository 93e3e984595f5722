namespace NetworkingCourse.Application;

/// <summary>Fields whose value is a list separated by commas (RFC 9110, section 5.6.1).</summary>
internal static class HttpList
{
    // What else .NET takes for white space may be part of a member.
    private static readonly char[] WhiteSpace = [' ', '\t'];

    /// <summary>The members of all values together, in order. Empty members do not count (section 5.6.1.2).</summary>
    public static IEnumerable<string> Members(IEnumerable<string> values) => values
        .SelectMany(value => value.Split(',')).Select(member => member.Trim(WhiteSpace)).Where(member => member.Length > 0);
}
