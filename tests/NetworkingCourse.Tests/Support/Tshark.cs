using System.Diagnostics;

namespace NetworkingCourse.Tests.Support;

/// <summary>tshark, Wireshark's parser of packets.</summary>
internal static class Tshark
{
    /// <summary>Runs it, and gives what it writes.</summary>
    public static string Run(params string[] arguments)
    {
        using var tshark = Process.Start(new ProcessStartInfo(Programs.Find("tshark"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = tshark.StandardError.ReadToEndAsync();
        var output = tshark.StandardOutput.ReadToEnd();
        tshark.WaitForExit();
        Assert.True(tshark.ExitCode == 0, errors.GetAwaiter().GetResult());
        return output;
    }
}
