using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>What a cell that captures shows where nothing can be captured: why, and the packets that the course ships.</summary>
internal static class ShippedPackets
{
    /// <summary>Whether a cell captures packets.</summary>
    public static bool IsCapture(NotebookCell cell) => cell.Source.Contains("Capture.AroundAsync", StringComparison.Ordinal);

    /// <summary>Fails unless the cell gives the reason and draws the packets of a shipped file.</summary>
    public static void AssertShown(NotebookCell cell, string reason)
    {
        var shown = cell.Outputs.ToJsonString();
        Assert.Contains(reason, shown, StringComparison.Ordinal);
        Assert.Contains(".pcap: ", shown, StringComparison.Ordinal);
        Assert.Contains("\\u003Csvg", shown, StringComparison.Ordinal);
    }
}
