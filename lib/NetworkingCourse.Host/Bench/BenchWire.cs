using System.Text.Json;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>What the processes of a benchmark tell each other: JSON texts, a line each.</summary>
internal static class BenchWire
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Asks a server to say when its connections have ended.</summary>
    public const string Settle = "settle";

    public static string Line<T>(T message) => JsonSerializer.Serialize(message, Options);

    /// <exception cref="JsonException">The line is no such message.</exception>
    public static T Parse<T>(string line) => JsonSerializer.Deserialize<T>(line, Options) ?? throw new JsonException("An empty message came.");
}

/// <summary>A server says that it can be connected to, or why not.</summary>
internal sealed record ServerReady(int Port, string? Error);

/// <summary>A server says how many connections it still has.</summary>
internal sealed record Settled(int Connections);

/// <summary>What the client is to do next. Times in seconds.</summary>
internal sealed record LoadOrder(int Port, int Connections, int Idle, double WarmUp, double Measured, double Timeout);

/// <summary>The client has all its connections, and begins to load the server.</summary>
internal sealed record LoadConnected;

/// <summary>What came of it.</summary>
internal sealed record LoadReport(
    int Connections, int Connected, int Held, long Answers, long AllAnswers, double Measured, double CpuShare, string Histogram,
    IReadOnlyDictionary<string, int> Failures)
{
    public static LoadReport Of(GeneratedLoad load) => new(
        load.Connections, load.Connected, load.Held, load.Answers, load.AllAnswers, load.Measured.TotalSeconds, load.CpuShare,
        load.Latencies.ToBase64(), load.Failures);
}
