using System.Reflection;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Stops what the course's library runs in this process, at the process's end: servers that are processes of their own must not outlive
/// it, nor what they have put on disk. The library is the notebook's copy, whose types this program does not share.
/// </summary>
internal static class CourseServers
{
    private const string Library = "NetworkingCourse";

    /// <summary>Stops them without a grace time, and waits for that no longer than this.</summary>
    public static void Stop(TimeSpan limit)
    {
        foreach (var library in AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == Library))
        {
            try
            {
                var stop = library.GetType($"{Library}.RunningServers")?.GetMethod("StopAllAsync", BindingFlags.Public | BindingFlags.Static);
                (stop?.Invoke(null, [TimeSpan.Zero]) as Task)?.Wait(limit);
            }
            catch (Exception exception) when (exception is TargetInvocationException or AggregateException)
            {
                // One that cannot be stopped ends with the process.
            }
        }
    }
}
