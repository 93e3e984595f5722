using System.Diagnostics;

namespace NetworkingCourse.Testing;

/// <summary>Whether other processes still run.</summary>
public static class ProcessState
{
    /// <summary>
    /// Whether a process runs. On Linux one that has ended stays listed, as a zombie, until its parent has collected its exit status:
    /// the parent may take its time, and in a container an orphan's may never do it.
    /// </summary>
    public static bool IsRunning(int process)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // The second field is the program's name in brackets, which may hold anything; the state follows it (proc_pid_stat(5)).
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
