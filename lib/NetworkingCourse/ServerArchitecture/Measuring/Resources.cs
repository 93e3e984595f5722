using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The system resources that a server's process holds at one moment, including those of its worker processes.</summary>
/// <param name="Threads">The number of threads.</param>
/// <param name="Memory">
/// The memory in use, in bytes: the working set, in which pages shared between processes are counted once per process.
/// </param>
/// <param name="Descriptors">The number of open descriptors; on Windows, handles.</param>
/// <param name="ProcessorTime">The CPU time used so far, over all cores.</param>
public readonly record struct Resources(int Threads, long Memory, int Descriptors, TimeSpan ProcessorTime)
{
    /// <summary>The resources of this process.</summary>
    public static Resources OfThisProcess() => Of(Environment.ProcessId);

    /// <summary>The resources of a process.</summary>
    /// <param name="process">The process ID.</param>
    /// <exception cref="ArgumentException">There is no such process.</exception>
    public static Resources Of(int process)
    {
        using var asked = Process.GetProcessById(process);
        var descriptors = SystemFeatures.DescriptorList && OperatingSystem.IsLinux()
            ? Directory.GetFiles(InvariantText.Format($"/proc/{process}/fd")).Length
            : asked.HandleCount;
        return new Resources(asked.Threads.Count, asked.WorkingSet64, descriptors, asked.TotalProcessorTime);
    }

    /// <summary>The sum of the resources of two processes.</summary>
    public static Resources operator +(Resources one, Resources other) => new(
        one.Threads + other.Threads,
        one.Memory + other.Memory,
        one.Descriptors + other.Descriptors,
        one.ProcessorTime + other.ProcessorTime);

    internal static Resources OfThisProcessAndItsWorkers(Server server)
    {
        var sum = OfThisProcess();
        foreach (var worker in server is ProcessServer processes ? processes.ProcessIds : [])
        {
            sum += Of(worker);
        }

        return sum;
    }

    internal void Write(BinaryWriter to)
    {
        to.Write(Threads);
        to.Write(Memory);
        to.Write(Descriptors);
        to.Write(ProcessorTime.Ticks);
    }

    internal static Resources Read(BinaryReader from) =>
        new(from.ReadInt32(), from.ReadInt64(), from.ReadInt32(), TimeSpan.FromTicks(from.ReadInt64()));
}
