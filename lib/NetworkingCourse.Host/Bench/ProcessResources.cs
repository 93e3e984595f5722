using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace NetworkingCourse.Host.Bench;

/// <summary>The resources that a server uses, measured from outside so that measuring costs the server nothing.</summary>
/// <param name="Processes">The number of processes: the server itself and, where the system tells, its descendants.</param>
/// <param name="Threads">The number of threads of these processes.</param>
/// <param name="WorkingSet">The resident memory of these processes, in bytes. A page that several share counts for each.</param>
/// <param name="Private">The part of that memory that is neither shared nor backed by a file, in bytes.</param>
/// <param name="Cpu">The CPU time that these processes have used since they started, in seconds.</param>
internal sealed record ProcessResources(int Processes, int Threads, long WorkingSet, long Private, double Cpu)
{
    /// <summary>Whether the children of a process can be found on this system.</summary>
    public static bool CountsChildren => OperatingSystem.IsLinux();

    /// <summary>The resources that a process uses now; null if it has ended.</summary>
    /// <param name="process">The process ID.</param>
    /// <param name="withChildren">Whether to include its descendants.</param>
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
        left.Processes + right.Processes,
        left.Threads + right.Threads,
        left.WorkingSet + right.WorkingSet,
        left.Private + right.Private,
        left.Cpu + right.Cpu);

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

            // One small file. Process.Threads would read one for each of perhaps a thousand threads.
            var status = Fields($"/proc/{process}/status");
            return new ProcessResources(
                1, (int)Number(status, "Threads"), Number(status, "VmRSS") * 1024, Number(status, "RssAnon") * 1024, cpu);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException
            or IOException or UnauthorizedAccessException or Win32Exception)
        {
            return null; // it has ended
        }
    }

    /// <summary>
    /// The memory of a process in bytes, in which a page that several processes share counts in parts (proc(5), smaps_rollup,
    /// Pss); null if the system does not report it.
    /// </summary>
    /// <param name="process">The process ID.</param>
    public static long? ProportionalMemory(int process)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return Number(Fields($"/proc/{process}/smaps_rollup"), "Pss") * 1024;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // not every kernel of Linux has this file
        }
    }

    private static Dictionary<string, string> Fields(string file) => File.ReadLines(file)
        .Select(line => line.Split(':', 2))
        .ToDictionary(field => field[0], field => field[1]);

    private static long Number(Dictionary<string, string> status, string name) =>
        status.TryGetValue(name, out var value)
            ? long.Parse(value.Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture)
            : 0;
}
