using System.Diagnostics;

namespace NetworkingCourse.Tests.Support;

/// <summary>tshark, Wireshark's packet parser.</summary>
internal static class Tshark
{
    /// <summary>Runs tshark and returns its output.</summary>
    public static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Find("tshark"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var tshark = Process.Start(start)!;
        var errors = tshark.StandardError.ReadToEndAsync();
        var output = tshark.StandardOutput.ReadToEnd();
        tshark.WaitForExit();
        Assert.True(tshark.ExitCode == 0, errors.GetAwaiter().GetResult());
        return output;
    }
}
