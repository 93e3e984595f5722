using System.Diagnostics;

namespace NetworkingCourse.Testing;

/// <summary>Tells whether other processes are still running.</summary>
public static class ProcessState
{
    /// <summary>
    /// Whether a process is running. On Linux a process that has ended stays listed as a zombie until its parent collects its
    /// exit status: the parent may take its time, and in a container nobody may ever do it for an orphan.
    /// </summary>
    public static bool IsRunning(int process)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // The second field is the program's name in brackets, which may contain anything; the state follows it
                // (proc_pid_stat(5)).
                var stat = File.ReadAllText($"/proc/{process}/stat");
                return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
            }

            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            return false;
        }
    }
}
