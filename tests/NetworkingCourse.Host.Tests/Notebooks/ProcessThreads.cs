namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>What the threads of a process are doing, for the report of a process that does not go on.</summary>
internal static class ProcessThreads
{
    /// <summary>
    /// The names of the threads with their states and the calls in which they wait (proc_pid_task(5)); empty where the system
    /// does not say.
    /// </summary>
    public static string Of(int process)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "";
        }

        return string.Join(
            ", ",
            Directory.EnumerateDirectories($"/proc/{process}/task")
                .Select(thread => $"{Read(thread, "comm")} ({State(thread)}, {Read(thread, "wchan")})")
                .CountBy(text => text)
                .Select(pair => pair.Value == 1 ? pair.Key : $"{pair.Value} × {pair.Key}"));
    }

    // The line "State:	S (sleeping)".
    private static string State(string thread) =>
        Read(thread, "status").Split('\n').FirstOrDefault(line => line.StartsWith("State:", StringComparison.Ordinal)) is { } line
            ? line["State:".Length..].Trim()
            : "gone";

    private static string Read(string thread, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, file)).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
