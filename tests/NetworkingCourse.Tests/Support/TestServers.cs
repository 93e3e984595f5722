using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.Support;

/// <summary>Servers for tests that run in parallel: each under a name of its own, so that none replaces another.</summary>
internal static class TestServers
{
    private static int _started;

    public static TheoryData<string> AllNames => [.. Architecture.All.Select(architecture => architecture.Name)];

    public static string FreshName(string what = "test") => $"{what} {Interlocked.Increment(ref _started)}";

    public static Server Start(string architecture, ServerOptions? options = null) =>
        Architecture.Find(architecture).Start(
            (options ?? new ServerOptions()) with { Name = options?.Name ?? FreshName(architecture) });

    /// <summary>How often a test repeats something: less often where every start starts processes.</summary>
    public static int Rounds(string architecture, int rounds) =>
        architecture == Architecture.Processes.Name ? Math.Max(1, rounds / 5) : rounds;

    public static bool ServesOneAtATime(string architecture) => Architecture.Find(architecture).Waiting == Parallelism.One;
}
