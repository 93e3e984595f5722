using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace NetworkingCourse.Host.Bench;

/// <summary>What a server takes of the machine, looked at from outside, so that looking costs the server nothing.</summary>
/// <param name="Processes">How many processes were counted: the server's own and, where the system tells, those that it has started.</param>
/// <param name="Threads">Their threads.</param>
/// <param name="WorkingSet">The memory they hold, in bytes. Pages that several of them share are counted for each.</param>
/// <param name="Private">The part of it that is nobody else's and no file's, in bytes.</param>
/// <param name="Cpu">The processor time that they have taken since they began, in seconds.</param>
internal sealed record ProcessResources(int Processes, int Threads, long WorkingSet, long Private, double Cpu)
{
    /// <summary>Whether processes that a process has started can be found on this system.</summary>
    public static bool CountsChildren => OperatingSystem.IsLinux();

    /// <summary>What a process takes now; null if it has ended.</summary>
    /// <param name="process">Its number.</param>
    /// <param name="withChildren">Whether to look for those that it has started.</param>
    public static ProcessResources? Of(int process, bool withChildren)
    {
        if (OfOne(process) is not { } sum)
        {
            return null;
        }

        foreach (var child in withChildren ? ChildProcesses.DescendantsOf(process) : [])
        {
            sum = OfOne(child) is { } one ? sum + one : sum;
        }

        return sum;
    }

    public static ProcessResources operator +(ProcessResources left, ProcessResources right) => new(
        left.Processes + right.Processes, left.Threads + right.Threads, left.WorkingSet + right.WorkingSet, left.Private + right.Private, left.Cpu + right.Cpu);

    private static ProcessResources? OfOne(int process)
    {
        try
        {
            using var one = Process.GetProcessById(process);
            var cpu = one.TotalProcessorTime.TotalSeconds;
            if (!OperatingSystem.IsLinux())
            {
                return new ProcessResources(1, one.Threads.Count, one.WorkingSet64, one.PrivateMemorySize64, cpu);
            }

            // One small file, where .NET would read one for each of a thousand threads.
            var status = File.ReadLines($"/proc/{process}/status").Select(line => line.Split(':', 2)).ToDictionary(field => field[0], field => field[1]);
            return new ProcessResources(1, (int)Number(status, "Threads"), Number(status, "VmRSS") * 1024, Number(status, "RssAnon") * 1024, cpu);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException or Win32Exception)
        {
            return null; // it has ended
        }
    }

    private static long Number(Dictionary<string, string> status, string name) =>
        status.TryGetValue(name, out var value) ? long.Parse(value.Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) : 0;
}
