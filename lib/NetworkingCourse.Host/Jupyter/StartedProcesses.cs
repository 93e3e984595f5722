using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// Ends the programs that cells have started together with the kernel, as IPython does. On Windows the system does so, however
/// the kernel ends. Elsewhere the kernel does so on an orderly exit: if it is killed, the programs live on, and so does any
/// program whose own parent has ended before it.
/// </summary>
internal static partial class StartedProcesses
{
    private const int ExtendedLimits = 9; // JobObjectExtendedLimitInformation
    private const uint KillOnClose = 0x2000; // JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE

    /// <summary>The maximum number of child processes listed: more than a notebook starts.</summary>
    private const int MaxChildren = 4096;

    /// <summary>Makes processes that this one starts from now on end with it, if the system can do that.</summary>
    public static void EndWithThisOne()
    {
        if (OperatingSystem.IsWindows())
        {
            JoinJob();
        }
    }

    /// <summary>Ends the remaining processes, at the end of this one.</summary>
    public static void End()
    {
        foreach (var child in OperatingSystem.IsMacOS() ? ChildrenOnMacOS() : ChildProcesses.Of(Environment.ProcessId))
        {
            try
            {
                using var process = Process.GetProcessById(child);
                process.Kill(entireProcessTree: true);
            }
            catch (Exception exception)
                when (exception is ArgumentException or InvalidOperationException or Win32Exception or AggregateException)
            {
                // The process has just ended, or its id has been reused for another user's process.
            }
        }
    }

    [SupportedOSPlatform("macos")]
    private static List<int> ChildrenOnMacOS()
    {
        var children = new int[MaxChildren];
        var count = ListChildren(Environment.ProcessId, children, children.Length * sizeof(int));
        return [.. children.Take(count)];
    }

    /// <summary>
    /// Puts this process into a job object. This process has the only handle to the job: when the handle is closed, the job is
    /// closed too, and the system ends all processes in it.
    /// </summary>
    [SupportedOSPlatform("windows")]
    private static void JoinJob()
    {
        var job = CreateJob(0, null);
        var limits = new JobLimits { Flags = KillOnClose };
        if (job != 0 && SetJob(job, ExtendedLimits, in limits, Marshal.SizeOf<JobLimits>()))
        {
            AssignToJob(job, Process.GetCurrentProcess().Handle);
        }
    }

    [LibraryImport("libproc", EntryPoint = "proc_listchildpids")]
    private static partial int ListChildren(int parent, [Out] int[] children, int bytes);

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint CreateJob(nint attributes, string? name);

    [LibraryImport("kernel32", EntryPoint = "SetInformationJobObject")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetJob(nint job, int kind, in JobLimits limits, int size);

    [LibraryImport("kernel32", EntryPoint = "AssignProcessToJobObject")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignToJob(nint job, nint process);

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION (winnt.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct JobLimits
    {
        public long ProcessTime;
        public long JobTime;
        public uint Flags;
        public nuint MinWorkingSet;
        public nuint MaxWorkingSet;
        public uint Processes;
        public nuint Affinity;
        public uint Priority;
        public uint Scheduling;
        public ulong Reads;
        public ulong Writes;
        public ulong Others;
        public ulong BytesRead;
        public ulong BytesWritten;
        public ulong BytesOther;
        public nuint ProcessMemory;
        public nuint JobMemory;
        public nuint PeakProcessMemory;
        public nuint PeakJobMemory;
    }
}
