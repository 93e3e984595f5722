using System.Globalization;

namespace NetworkingCourse.Host;

/// <summary>Finds the children of a process in <c>/proc</c> (proc_pid_stat(5)). Finds none on systems other than Linux.</summary>
internal static class ChildProcesses
{
    /// <summary>The running children of a process.</summary>
    public static IReadOnlyList<int> Of(int process) =>
        [.. WithParents().Where(entry => entry.Parent == process).Select(entry => entry.Process)];

    /// <summary>All running descendants of a process, generation by generation.</summary>
    public static IReadOnlyList<int> DescendantsOf(int process)
    {
        var all = WithParents().ToList();
        var found = new List<int>();
        for (var generation = new List<int> { process }; generation.Count > 0;)
        {
            generation = [.. all.Where(entry => generation.Contains(entry.Parent)).Select(entry => entry.Process)];
            found.AddRange(generation);
        }

        return found;
    }

    private static IEnumerable<(int Process, int Parent)> WithParents()
    {
        foreach (var folder in OperatingSystem.IsLinux() ? Directory.EnumerateDirectories("/proc") : [])
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && ParentIn(folder) is { } parent)
            {
                yield return (process, parent);
            }
        }
    }

    private static int? ParentIn(string folder)
    {
        try
        {
            // The second field is the program's name in parentheses. It may contain any character. State and parent follow it.
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // it has just ended
        }
    }
}
