namespace NetworkingCourse.Network;

/// <summary>The identity of a link: the names of its two ends, in whichever order they are given.</summary>
internal static class LinkEnds
{
    /// <summary>The two names, sorted.</summary>
    public static (string, string) Of(string a, string b) => string.CompareOrdinal(a, b) < 0 ? (a, b) : (b, a);
}
