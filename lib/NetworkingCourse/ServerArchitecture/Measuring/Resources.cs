using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What a server's process holds of the system's at one moment; with its worker processes, if it has any.</summary>
/// <param name="Threads">How many threads.</param>
/// <param name="Memory">The memory that is in use, in bytes: the working set, which counts what processes share once for each.</param>
/// <param name="Descriptors">Open descriptors; on Windows handles.</param>
/// <param name="ProcessorTime">How long its threads have computed so far, all cores together.</param>
public readonly record struct Resources(int Threads, long Memory, int Descriptors, TimeSpan ProcessorTime)
{
    /// <summary>What this process holds.</summary>
    public static Resources OfThisProcess() => Of(Environment.ProcessId);

    /// <summary>What a process holds.</summary>
    /// <param name="process">Its number.</param>
    /// <exception cref="ArgumentException">There is no such process.</exception>
    public static Resources Of(int process)
    {
        using var asked = Process.GetProcessById(process);
        var descriptors = SystemFeatures.DescriptorList && OperatingSystem.IsLinux() ? Directory.GetFiles(InvariantText.Format($"/proc/{process}/fd")).Length : asked.HandleCount;
        return new Resources(asked.Threads.Count, asked.WorkingSet64, descriptors, asked.TotalProcessorTime);
    }

    /// <summary>Two processes together.</summary>
    public static Resources operator +(Resources one, Resources other) => new(
        one.Threads + other.Threads, one.Memory + other.Memory, one.Descriptors + other.Descriptors, one.ProcessorTime + other.ProcessorTime);

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

    internal static Resources Read(BinaryReader from) => new(from.ReadInt32(), from.ReadInt64(), from.ReadInt32(), TimeSpan.FromTicks(from.ReadInt64()));
}
