namespace NetworkingCourse.Network;

/// <summary>What somebody has typed, as an error message repeats it.</summary>
internal static class Quote
{
    /// <summary>Text of no more than this many characters; of longer text, the beginning.</summary>
    public static string Brief(string text, int most = 80) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most), "…");
}
