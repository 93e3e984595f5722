using System.Reflection;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Stops the servers of the course's library when this process ends: neither server processes nor the files that servers have
/// written may outlive it. The library is the notebook's copy, whose types this program does not share.
/// </summary>
internal static class CourseServers
{
    private const string Library = "NetworkingCourse";

    /// <summary>Stops the servers without a grace period, and waits for at most <paramref name="limit"/>.</summary>
    public static void Stop(TimeSpan limit)
    {
        foreach (var library in AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == Library))
        {
            try
            {
                var stop = library.GetType($"{Library}.RunningServers")
                    ?.GetMethod("StopAllAsync", BindingFlags.Public | BindingFlags.Static);
                (stop?.Invoke(null, [TimeSpan.Zero]) as Task)?.Wait(limit);
            }
            catch (Exception exception) when (exception is TargetInvocationException or AggregateException)
            {
                // Servers that cannot be stopped end with the process.
            }
        }
    }
}
