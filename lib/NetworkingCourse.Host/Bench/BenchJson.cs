using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Bench;

/// <summary>
/// Writes all results of a benchmark as JSON. Times are in microseconds unless the name says otherwise; memory is in bytes.
/// </summary>
internal static class BenchJson
{
    private static readonly double[] Percents = [50, 90, 99, 99.9];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Write(BenchResults results) => Of(results).ToJsonString(Indented);

    internal static JsonObject Of(BenchResults results) => new()
    {
        ["machine"] = results.Provenance.Machine,
        ["cores"] = results.Provenance.Cores,
        ["runtime"] = results.Provenance.Runtime,
        ["date"] = results.Provenance.Date,
        ["rounds"] = results.Rounds,
        ["secondsPerRound"] = results.Slice.TotalSeconds,
        ["reference"] = results.Reference,
        ["interrupted"] = results.IsInterrupted,
        ["histogramTicksPerSecond"] = Stopwatch.Frequency,
        ["childProcessesCounted"] = ProcessResources.CountsChildren,
        ["results"] = new JsonArray([.. results.Cells.Select(cell => (JsonNode)Of(results, cell))]),
        ["holding"] = new JsonArray([.. results.Holdings.Select(holding => (JsonNode)Of(holding))]),
        ["fidelity"] = new JsonArray([.. results.Fidelities.Select(fidelity => (JsonNode)new JsonObject
        {
            ["architecture"] = fidelity.Architecture,
            ["clients"] = fidelity.Clients,
            ["difference"] = fidelity.Difference,
        })]),
    };

    private static JsonObject Of(BenchResults results, Cell cell)
    {
        var json = new JsonObject
        {
            ["architecture"] = cell.Architecture,
            ["connections"] = cell.Connections,
            ["workers"] = cell.Workers,
            ["reason"] = cell.Reason,
            ["failure"] = cell.Failure,
            ["startUpMilliseconds"] = cell.StartUp?.TotalMilliseconds,
            ["atRest"] = Of(cell.AtRest),
        };
        if (!cell.IsMeasured)
        {
            return json;
        }

        json["answers"] = cell.Slices.Sum(slice => slice.Answers);
        json["answersPerSecond"] = cell.Throughput;
        json["spread"] = cell.Spread;
        json["answersPerSecondByRound"] = Of(cell.Slices.Select(slice => slice.Throughput));
        json["ratio"] = results.Ratio(cell);
        json["ratioByRound"] =
            Of(results.Find(results.Reference, cell.Connections) is { } reference ? cell.RatiosTo(reference) : []);
        json["latency"] = Of(cell.Latencies());
        json["clientCpuShare"] = cell.ClientCpuShare;
        json["serverCpuPerAnswer"] = cell.ServerCpuMicroseconds;
        json["underLoad"] = Of(cell.UnderLoad);
        return json;
    }

    private static JsonObject Of(Holding holding) => new()
    {
        ["architecture"] = holding.Architecture,
        ["wanted"] = holding.Wanted,
        ["connections"] = holding.Opened,
        ["active"] = holding.Active,
        ["held"] = holding.Held,
        ["answersPerSecond"] = holding.Throughput,
        ["latency"] = Of(holding.Latencies),
        ["resources"] = Of(holding.Holds),
        ["failure"] = holding.Failure,
    };

    private static JsonObject Of(LatencyHistogram latencies)
    {
        var json = new JsonObject { ["count"] = latencies.Count };
        foreach (var percent in Percents)
        {
            json[FormattableString.Invariant($"p{percent}")] = latencies.At(percent).TotalMicroseconds;
        }

        json["max"] = latencies.Max.TotalMicroseconds;
        json["mean"] = latencies.Mean.TotalMicroseconds;
        json["histogram"] = latencies.ToBase64();
        return json;
    }

    private static JsonObject? Of(ProcessResources? resources) => resources is null ? null : new JsonObject
    {
        ["processes"] = resources.Processes,
        ["threads"] = resources.Threads,
        ["workingSet"] = resources.WorkingSet,
        ["private"] = resources.Private,
        ["cpuSeconds"] = resources.Cpu,
    };

    private static JsonArray Of(IEnumerable<double> numbers) => [.. numbers.Select(number => (JsonNode)number)];
}
