namespace NetworkingCourse.Network;

/// <summary>What a link is known by: the names of its two ends, whichever of them is named first.</summary>
internal static class LinkEnds
{
    /// <summary>The names in order.</summary>
    public static (string, string) Of(string a, string b) => string.CompareOrdinal(a, b) < 0 ? (a, b) : (b, a);
}
