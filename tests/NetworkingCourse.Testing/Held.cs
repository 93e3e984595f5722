using System.Diagnostics;
using System.Globalization;

namespace NetworkingCourse.Testing;

/// <summary>
/// What this process holds of the system's resources at a given moment: descriptors (sockets among them) and threads. On
/// Linux each is identified by a number of its own, so that later ones can be told from those that were there before, even
/// while resources of earlier tests are still being released. Other systems only tell how many there are.
/// </summary>
public sealed class Held
{
    private readonly HashSet<string> _descriptors;
    private readonly HashSet<(int Id, string Name)> _threads;
    private readonly int _handleCount;
    private readonly int _threadCount;

    private Held()
    {
        if (OperatingSystem.IsLinux())
        {
            _descriptors = [.. Descriptors()];
            _threads = [.. Threads()];
            return;
        }

        using var process = Process.GetCurrentProcess();
        (_descriptors, _threads) = ([], []);
        (_handleCount, _threadCount) = (process.HandleCount, process.Threads.Count - ThreadPool.ThreadCount);
    }

    /// <summary>What is held right now.</summary>
    public static Held Now() => new();

    /// <summary>How many threads have names that begin like this. Linux keeps the first 15 bytes of a name.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public static int ThreadsNamed(string beginning) => OperatingSystem.IsLinux()
        ? Threads().Count(thread => thread.Name.StartsWith(beginning, StringComparison.Ordinal))
        : throw new PlatformNotSupportedException();

    /// <summary>
    /// Runs something repeatedly and checks that sockets and threads do not grow with the rounds. A few of either may still be
    /// on their way out: fewer than one for every five rounds.
    /// </summary>
    /// <param name="rounds">Does it the given number of times.</param>
    public static async Task StaysAsItWasAsync(Func<int, Task> rounds)
    {
        const int many = 40;
        // The first rounds open what stays open: the socket engine, threads for timers, the pool.
        await rounds(5);
        var before = Now();
        await rounds(many);
        await before.HoldsNoMoreSocketsAsync(slack: many / 5);
        await before.HoldsNoMoreThreadsAsync(slack: many / 5);
    }

    /// <summary>Waits until every socket that was not held at this moment has been released.</summary>
    /// <param name="slack">How many may remain all the same.</param>
    public Task HoldsNoMoreSocketsAsync(int slack = 0) =>
        HoldsNoMoreAsync(slack, now => NewDescriptors(now).Where(IsSocket), now => now._handleCount - _handleCount, "sockets");

    /// <summary>Waits until every descriptor of any kind that was not held at this moment has been released.</summary>
    /// <param name="slack">How many may remain all the same.</param>
    public Task HoldsNoMoreDescriptorsAsync(int slack = 0) =>
        HoldsNoMoreAsync(slack, NewDescriptors, now => now._handleCount - _handleCount, "descriptors");

    /// <summary>
    /// Waits until every thread that did not run at this moment has ended. Threads of the thread pool do not count: they come
    /// and go as the pool likes.
    /// </summary>
    /// <param name="slack">How many may remain all the same.</param>
    public Task HoldsNoMoreThreadsAsync(int slack = 0) => HoldsNoMoreAsync(
        slack,
        now => NewThreads(now).Where(name => !name.StartsWith(".NET TP", StringComparison.Ordinal)),
        now => now._threadCount - _threadCount,
        "threads");

    /// <summary>Waits until every thread with such a name that did not run at this moment has ended.</summary>
    /// <param name="beginnings">How the names begin.</param>
    public Task HoldsNoMoreThreadsNamedAsync(params string[] beginnings) => HoldsNoMoreAsync(
        0,
        now => NewThreads(now)
            .Where(name => beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal))),
        _ => 0,
        "threads");

    private static async Task HoldsNoMoreAsync(
        int slack,
        Func<Held, IEnumerable<string>> newer,
        Func<Held, int> more,
        string what)
    {
        List<string> left = [];
        var count = 0;
        await Eventually.IsTrueAsync(
            () =>
            {
                var now = Now();
                left = [.. newer(now)];
                count = OperatingSystem.IsLinux() ? left.Count : more(now);
                return count <= slack;
            },
            () => $"{count} {what} more than before, {slack} are allowed: {string.Join(", ", left)}");
    }

    private IEnumerable<string> NewDescriptors(Held now) => now._descriptors.Except(_descriptors);

    private IEnumerable<string> NewThreads(Held now) => now._threads.Except(_threads).Select(thread => thread.Name);

    private static bool IsSocket(string descriptor) => descriptor.StartsWith("socket:", StringComparison.Ordinal);

    // Sockets and pipes have numbers of their own; anything else is identified by its descriptor and what that leads to. One
    // of the descriptors is this very listing.
    private static IEnumerable<string> Descriptors() => Directory.GetFiles("/proc/self/fd")
        .Select(descriptor => (Descriptor: descriptor, Target: new FileInfo(descriptor).LinkTarget ?? ""))
        .Where(entry => !entry.Target.EndsWith("/fd", StringComparison.Ordinal))
        .Select(entry => IsSocket(entry.Target) || entry.Target.StartsWith("pipe:", StringComparison.Ordinal)
            ? entry.Target
            : $"{Path.GetFileName(entry.Descriptor)} {entry.Target}");

    private static IEnumerable<(int Id, string Name)> Threads()
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

            yield return (int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), name);
        }
    }
}
