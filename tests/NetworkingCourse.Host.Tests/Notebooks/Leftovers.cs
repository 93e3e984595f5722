namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// What a kernel must no longer hold when its notebook has ended: listening sockets, and processes that it started.
/// </summary>
internal static class Leftovers
{
    public static IReadOnlyList<string> Of(int process) =>
        // Other systems do not tell which process owns a socket.
        OperatingSystem.IsLinux() ? [.. Listeners(process), .. Children(process)] : [];

    private static IEnumerable<string> Children(int process) =>
        ChildProcesses.Of(process).Select(child => FormattableString.Invariant($"process {child}"));

    private static IEnumerable<string> Listeners(int process)
    {
        const string listening = "0A"; // tcp_states.h
        var inodes = new[] { "tcp", "tcp6" }.SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == listening)
            .ToDictionary(fields => $"socket:[{fields[9]}]", fields => fields[1]);
        return Directory.EnumerateFiles($"/proc/{process}/fd")
            .Select(descriptor => inodes.GetValueOrDefault(new FileInfo(descriptor).LinkTarget ?? ""))
            .OfType<string>()
            .Select(address => $"a listener on {address}");
    }
}
