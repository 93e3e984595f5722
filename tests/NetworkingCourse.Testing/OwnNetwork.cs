using System.ComponentModel;
using System.Diagnostics;

namespace NetworkingCourse.Testing;

/// <summary>A network that a program shares with no other, with nothing in it but loopback (network_namespaces(7)).</summary>
internal static class OwnNetwork
{
    public static string? WhyNot()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "Only Linux has network namespaces.";
        }

        if (Programs.WhyNot("unshare") is { } none)
        {
            return none;
        }

        try
        {
            using var asked = Process.Start(new ProcessStartInfo("unshare", ["--net", "--mount", "ip", "link", "set", "lo", "up"])
            {
                RedirectStandardError = true,
            })!;
            var words = asked.StandardError.ReadToEnd();
            asked.WaitForExit();
            return asked.ExitCode == 0 ? null : $"No network of its own can be had here: {words.Trim()}";
        }
        catch (Win32Exception exception)
        {
            return $"No network of its own can be had here: {exception.Message}";
        }
    }
}
