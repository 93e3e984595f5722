using System.Text.Json.Nodes;
using NetworkingCourse.Host.Bench;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Tests.Bench;

public sealed class BenchReportTests
{
    [Fact]
    public void With_all_architectures_and_great_numbers_no_line_is_longer_than_110_characters()
    {
        var cells = SampleResults.Names
            .SelectMany(name => new[]
            {
                SampleResults.Measured(name, 1, 1_234_567, 1_000_000),
                SampleResults.Measured(name, 1000, 1_234_567),
            })
            .ToArray();
        cells[3].Failure = "its process ended: " + string.Join(" ", Enumerable.Repeat("word", 60));
        var results = SampleResults.Of(cells);
        results.Add(
            new Holding("kestrel", BenchPlan.HeldConnections, 5000, 100, 5000, 1_234_567, new LatencyHistogram(), null, null));
        results.Add(new Fidelity("thread-per-connection", 100, -0.123));
        var lines = BenchReport.Write(results).Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= 110, $"{line.Length} characters: {line}"));
        Assert.All(SampleResults.Names, name => Assert.True(
            lines.Count(line => line.StartsWith(name + " ", StringComparison.Ordinal)) >= 3,
            $"{name} is not in every table."));
    }

    [Fact]
    public void What_was_not_measured_is_a_dash_and_the_reason_is_said_below()
    {
        var failed = new Cell("poll", 8, 4) { Failure = "3 of 8 connections: reset by the server" };
        var unfit = new Cell("sequential", 8, 1) { Reason = "holds 1" };
        var report = BenchReport.Write(SampleResults.Of(SampleResults.Measured("async", 8, 1000), failed, unfit));
        Assert.Matches(@"\npoll( +-){9}\n", report);
        Assert.Matches(@"\nsequential( +-){9}\n", report);
        Assert.Contains("poll: 3 of 8 connections: reset by the server.", report);
        Assert.Contains("sequential: holds 1.", report);
        Assert.Contains("kestrel is not measured, so async is the yardstick.", report);
    }

    [Fact]
    public void A_generator_that_was_busy_all_the_time_is_named()
    {
        var cell = SampleResults.Measured("async", 8);
        cell.Add(SampleResults.Slice(0, 1000) with { ClientCpuShare = 0.97 });
        Assert.Contains("async: the load generator was busy all the time", BenchReport.Write(SampleResults.Of(cell)));
    }

    [Fact]
    public void Makespans_far_from_theory_are_listed_with_their_clients()
    {
        var results = SampleResults.Of(SampleResults.Measured("async", 1, 10));
        Assert.DoesNotContain("theory", BenchReport.Write(results));
        results.Add(new Fidelity("async", 30, 0.0123));
        results.Add(new Fidelity("processes", 100, -0.05));
        var report = BenchReport.Write(results);
        Assert.Contains("Makespans with a think time of 100 ms: the greatest distance from theory", report);
        Assert.Matches(@"\nasync +30 +\+1\.2 %\n", report);
        Assert.Matches(@"\nprocesses +100 +-5\.0 %\n", report);
    }

    [Fact]
    public void The_JSON_holds_every_round_every_quantile_and_the_machine()
    {
        var results = SampleResults.Of(
            SampleResults.Measured("async", 8, 900, 1100),
            SampleResults.Measured("kestrel", 8, 1000, 1000),
            new Cell("sequential", 8, 1) { Reason = "holds 1" });
        var resources = new ProcessResources(1, 2, 3, 4, 5);
        results.Add(
            new Holding("async", BenchPlan.HeldConnections, 5000, 100, 5000, 10, new LatencyHistogram(), resources, null));
        var json = JsonNode.Parse(BenchJson.Write(results))!;
        Assert.Equal("kestrel", (string?)json["reference"]);
        Assert.Equal(Environment.ProcessorCount, (int)json["cores"]!);
        Assert.All(["machine", "runtime", "date"], name => Assert.NotEqual("", (string?)json[name]));
        var measured = json["results"]!.AsArray().Single(result => (string?)result!["architecture"] == "async")!;
        Assert.Equal([900.0, 1100], measured["answersPerSecondByRound"]!.AsArray().Select(value => (double)value!));
        Assert.Equal([0.9, 1.1], measured["ratioByRound"]!.AsArray().Select(value => (double)value!));
        Assert.Equal(1000, (double)measured["answersPerSecond"]!);
        Assert.Equal(1.0, (double)measured["ratio"]!);
        Assert.All(
            ["p50", "p90", "p99", "p99.9", "max", "mean"],
            name => Assert.InRange((double)measured["latency"]![name]!, 99, 101));
        Assert.Equal(2, LatencyHistogram.FromBase64((string)measured["latency"]!["histogram"]!).Count);
        Assert.Equal(14, (int)measured["atRest"]!["threads"]!);
        Assert.Equal(60_000_000, (long)measured["underLoad"]!["workingSet"]!);
        var dash = json["results"]!.AsArray().Single(result => (string?)result!["architecture"] == "sequential")!;
        Assert.Equal("holds 1", (string?)dash["reason"]);
        Assert.Null(dash["answersPerSecond"]);
        Assert.Equal(5000, (int)json["holding"]![0]!["held"]!);
    }
}
