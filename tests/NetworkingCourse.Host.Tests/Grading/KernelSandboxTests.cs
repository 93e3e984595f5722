using System.Diagnostics;
using System.Runtime.Versioning;
using NetworkingCourse.Host.Grading;

namespace NetworkingCourse.Host.Tests.Grading;

/// <summary>The sandbox itself, with a program that is no kernel.</summary>
[SupportedOSPlatform("linux")]
public sealed class KernelSandboxTests
{
    [NeedsFact(Need.Bubblewrap)]
    public async Task Nothing_can_be_written_but_a_limited_temporary_folder()
    {
        // Opening is enough: the settings of the system stay as they are.
        var (words, errors) = await RunAsync(
            """
            for f in /hoard /proc/sys/kernel/core_pattern /usr/x /dev/x; do true >> $f && echo wrote $f; done
            echo kept > /tmp/x && cat /tmp/x; cat /proc/self/status | grep CapBnd
            """);
        Assert.Equal(["kept", "CapBnd:\t0000000000000000"], words.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("/hoard: Read-only file system", errors);
    }

    [NeedsFact(Need.Bubblewrap)]
    public async Task It_lasts_longer_than_the_thread_that_wanted_it()
    {
        var sandbox = KernelSandbox.Find(GradingLimits.MaxFileBytes, out _)!;
        var cat = new ProcessStartInfo("/bin/cat")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? process = null;
        var thread = new Thread(() =>
            process = KernelSandbox.StartAsync(() => Process.Start(sandbox.Around(cat))!).GetAwaiter().GetResult());
        thread.Start();
        thread.Join();

        using (process)
        {
            // In its namespace, this thread ended before cat is asked: the answer says that the sandbox did not end with it.
            await process!.StandardInput.WriteLineAsync("still there");
            await process.StandardInput.FlushAsync();
            Assert.Equal("still there", await process.StandardOutput.ReadLineAsync());
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }
    }

    private static async Task<(string Words, string Errors)> RunAsync(string script)
    {
        var sandbox = KernelSandbox.Find(GradingLimits.MaxFileBytes, out _)!;
        var shell = new ProcessStartInfo("/bin/sh", ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = await KernelSandbox.StartAsync(() => Process.Start(sandbox.Around(shell))!);
        var (words, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return (await words, await errors);
    }
}
