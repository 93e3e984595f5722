using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// What a cell that captures packets shows where none can be captured: the reason, and either the packets that a relay has read
/// or those that the course ships.
/// </summary>
internal static class PacketsElsewhere
{
    /// <summary>Whether a cell captures packets.</summary>
    /// <param name="source">The cell's source, in either form that the file format allows.</param>
    public static bool IsCapture(JsonNode source) => Contains(source, "Capture.AroundAsync");

    /// <summary>Fails unless a cell gives the reason and draws the packets.</summary>
    /// <param name="source">The cell's source. If it names a shipped file, a relay would not do.</param>
    /// <param name="outputs">The cell's outputs.</param>
    /// <param name="reason">Why packets cannot be captured.</param>
    public static void AssertShown(JsonNode source, JsonNode outputs, string reason)
    {
        var shown = outputs.ToJsonString();
        Assert.Contains(reason, shown, StringComparison.Ordinal);
        Assert.Contains(Contains(source, "otherwise:") ? ".pcap: " : "A relay carried", shown, StringComparison.Ordinal);
        Assert.Contains("\\u003Csvg", shown, StringComparison.Ordinal);
    }

    private static bool Contains(JsonNode source, string text) => source.ToJsonString().Contains(text, StringComparison.Ordinal);
}
