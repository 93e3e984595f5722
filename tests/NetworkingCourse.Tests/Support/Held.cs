using System.Diagnostics;
using System.Globalization;

namespace NetworkingCourse.Tests.Support;

/// <summary>What this process holds of the system's: descriptors or handles, and threads.</summary>
internal static class Held
{
    public static int Handles()
    {
        if (OperatingSystem.IsLinux())
        {
            return Directory.GetFiles("/proc/self/fd").Length;
        }

        using var process = Process.GetCurrentProcess();
        return process.HandleCount;
    }

    /// <summary>Sockets alone, where the system tells: libraries that are loaded meanwhile take descriptors too.</summary>
    public static int Sockets() => OperatingSystem.IsLinux()
        ? Directory.GetFiles("/proc/self/fd").Count(descriptor => new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
        : Handles();

    /// <summary>All threads but those of the thread pool, which come and go as it likes.</summary>
    public static int Threads()
    {
        if (OperatingSystem.IsLinux())
        {
            return ThreadNames().Count(name => !name.StartsWith(".NET TP", StringComparison.Ordinal));
        }

        using var process = Process.GetCurrentProcess();
        return process.Threads.Count - ThreadPool.ThreadCount;
    }

    /// <summary>However often something is done, sockets and threads are as they were. A few of either may be on their way out, fewer than one in five rounds.</summary>
    /// <param name="rounds">Does it a number of times.</param>
    public static async Task StaysAsItWasAsync(Func<int, Task> rounds)
    {
        const int many = 40;
        const int slack = many / 5;
        // The first rounds open what stays: the socket engine, timers' threads, the pool.
        await rounds(5);
        var (sockets, threads) = (Sockets(), Threads());

        await rounds(many);

        await Eventually.IsTrueAsync(() => Sockets() <= sockets + slack, () => $"{sockets} sockets before, {Sockets()} after {many} rounds");
        await Eventually.IsTrueAsync(() => Threads() <= threads + slack, () => $"{threads} threads before, {Threads()} after {many} rounds");
    }

    /// <summary>Linux keeps the first 15 bytes of a thread's name.</summary>
    public static int ThreadsNamed(string beginning) => ThreadNames().Count(name => name.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>How many listening sockets of this system there are on a port, IPv4.</summary>
    public static int ListenersOn(int port) => SocketsOn(port, "0A");

    /// <summary>How many connections of a local port are in the state TIME_WAIT, IPv4.</summary>
    public static int InTimeWaitOn(int port) => SocketsOn(port, "06");

    // The states are numbered in the kernel's tcp_states.h.
    private static int SocketsOn(int port, string state)
    {
        var local = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/self/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields[1].EndsWith(local, StringComparison.Ordinal) && fields[3] == state);
    }

    private static IEnumerable<string> ThreadNames()
    {
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            string name;
            try
            {
                name = File.ReadAllText(Path.Combine(task, "comm")).TrimEnd();
            }
            catch (IOException)
            {
                continue; // it has just ended
            }

            yield return name;
        }
    }
}
