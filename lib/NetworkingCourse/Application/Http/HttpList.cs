namespace NetworkingCourse.Application;

/// <summary>Fields whose value is a comma-separated list (RFC 9110, section 5.6.1).</summary>
internal static class HttpList
{
    // Other characters that .NET regards as white space may be part of a member.
    private static readonly char[] WhiteSpace = [' ', '\t'];

    /// <summary>Returns the members of all values, in order. Empty members are skipped (section 5.6.1.2).</summary>
    public static IEnumerable<string> Members(IEnumerable<string> values) => values
        .SelectMany(value => value.Split(',')).Select(member => member.Trim(WhiteSpace)).Where(member => member.Length > 0);
}
