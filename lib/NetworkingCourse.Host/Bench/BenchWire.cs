using System.Text.Json;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>The messages between the processes of a benchmark: JSON texts, one per line.</summary>
internal static class BenchWire
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>The request to a server to report when its connections have closed.</summary>
    public const string Settle = "settle";

    public static string Line<T>(T message) => JsonSerializer.Serialize(message, Options);

    /// <exception cref="JsonException">The line is not a message of this type.</exception>
    public static T Parse<T>(string line) =>
        JsonSerializer.Deserialize<T>(line, Options) ?? throw new JsonException("The message is empty.");
}

/// <summary>A server's report that it accepts connections, or why it does not.</summary>
internal sealed record ServerReady(int Port, string? Error);

/// <summary>A server's report of how many connections are still open.</summary>
internal sealed record Settled(int Connections);

/// <summary>An order to the client to generate a load. Times are in seconds.</summary>
internal sealed record LoadOrder(int Port, int Connections, int Idle, double WarmUp, double Measured, double Timeout);

/// <summary>The client's report that all its connections are open and that it begins to load the server.</summary>
internal sealed record LoadConnected;

/// <summary>The client's report of the results of a load.</summary>
internal sealed record LoadReport(
    int Connections, int Connected, int Held, long Answers, long AllAnswers, double Measured, double CpuShare, string Histogram,
    IReadOnlyDictionary<string, int> Failures)
{
    public static LoadReport Of(GeneratedLoad load) => new(
        load.Connections, load.Connected, load.Held, load.Answers, load.AllAnswers, load.Measured.TotalSeconds, load.CpuShare,
        load.Latencies.ToBase64(), load.Failures);
}
