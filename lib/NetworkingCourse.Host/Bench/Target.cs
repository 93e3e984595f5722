using System.Globalization;

namespace NetworkingCourse.Host.Bench;

/// <summary>What should be reached, beside what was.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Wanted">What it should be.</param>
/// <param name="Measured">What it is; or why it was not measured.</param>
/// <param name="Reached">Whether it was reached; null if it was not measured.</param>
internal sealed record Target(string What, string Wanted, string Measured, bool? Reached)
{
    /// <summary>How many connections are to be held open, and how many of them are active.</summary>
    public const int HeldConnections = 5000;

    /// <inheritdoc cref="HeldConnections"/>
    public const int ActiveConnections = 100;

    private const string Yardstick = "kestrel";

    private const double Distance = 0.03;

    // Its workers are started by the system and not by this process.
    private static readonly Dictionary<string, double> GreaterDistances = new() { ["processes"] = 0.05 };

    private static readonly (string Architecture, int Connections, double Ratio)[] Ratios =
        [("async", 1, 0.95), ("async", 64, 1.0), ("async", 1000, 1.2), ("epoll", 64, 1.3)];

    /// <summary>Those of which it is wanted that they hold connections.</summary>
    public static IReadOnlyList<string> Holders { get; } = ["poll", "epoll", "callbacks", "async", Yardstick];

    /// <summary>Every target, reached, missed or not measured.</summary>
    public static IReadOnlyList<Target> Evaluate(BenchResults results) =>
    [
        .. Ratios.Select(target => OfThroughput(results, target.Architecture, target.Connections, target.Ratio)),
        .. Holders.Select(holder => OfHolding(results, holder)),
        .. results.Fidelities.Select(OfFidelity),
    ];

    private static Target OfThroughput(BenchResults results, string architecture, int connections, double wanted)
    {
        var what = Text($"{architecture}, throughput at {connections:N0} {(connections == 1 ? "connection" : "connections")}");
        var goal = Text($"≥ {wanted:0.00} × {Yardstick}");
        var missing = new[] { architecture, Yardstick }.FirstOrDefault(needed => !results.Architectures.Contains(needed));
        if (missing is not null)
        {
            return new Target(what, goal, $"not measured: without {missing}", null);
        }

        return results.Find(architecture, connections) is { } cell && results.Ratio(cell) is { } ratio
            ? new Target(what, goal, Text($"{ratio:0.00} × {Yardstick}"), ratio >= wanted)
            : new Target(what, goal, "not measured", null);
    }

    private static Target OfHolding(BenchResults results, string architecture)
    {
        var what = Text($"{architecture}, {HeldConnections:N0} connections held, {ActiveConnections} active");
        const string goal = "all answered";
        if (results.Holdings.FirstOrDefault(holding => holding.Architecture == architecture) is not { } held)
        {
            return new Target(what, goal, results.Architectures.Contains(architecture) ? "not measured" : $"not measured: without {architecture}", null);
        }

        var measured = Text($"{held.Held:N0} of {held.Opened:N0} answered");
        // Fewer than wanted, all answered: that says nothing about the target.
        return new Target(what, goal, held.Opened < held.Wanted ? measured + ", no room for more" : measured, !held.AllAnswered ? false : held.Opened < held.Wanted ? null : true);
    }

    private static Target OfFidelity(Fidelity fidelity)
    {
        var most = GreaterDistances.GetValueOrDefault(fidelity.Architecture, Distance);
        return new Target(
            $"{fidelity.Architecture}, makespan against theory", Text($"within {most * 100:0} %"),
            Text($"{(fidelity.Difference * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture)} % at {fidelity.Clients} {(fidelity.Clients == 1 ? "client" : "clients")}"),
            Math.Abs(fidelity.Difference) <= most);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
