using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// What a cell that captures packets shows where none can be captured: the reason, and the packets that the course ships.
/// </summary>
internal static class ShippedPackets
{
    /// <summary>Whether a cell captures packets.</summary>
    /// <param name="source">The cell's source, in either form that the file format allows.</param>
    public static bool IsCapture(JsonNode source) =>
        source.ToJsonString().Contains("Capture.AroundAsync", StringComparison.Ordinal);

    /// <summary>Fails unless a cell gives the reason and draws the packets of a shipped file.</summary>
    public static void AssertShown(JsonNode outputs, string reason)
    {
        var shown = outputs.ToJsonString();
        Assert.Contains(reason, shown, StringComparison.Ordinal);
        Assert.Contains(".pcap: ", shown, StringComparison.Ordinal);
        Assert.Contains("\\u003Csvg", shown, StringComparison.Ordinal);
    }
}
