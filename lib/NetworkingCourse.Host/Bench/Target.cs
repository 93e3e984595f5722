using System.Globalization;

namespace NetworkingCourse.Host.Bench;

/// <summary>A performance target of a benchmark, and the result.</summary>
/// <param name="What">The measured quantity, in words.</param>
/// <param name="Wanted">The target value.</param>
/// <param name="Measured">The measured value, or why there is none.</param>
/// <param name="Reached">Whether the target was reached; null if it was not measured.</param>
internal sealed record Target(string What, string Wanted, string Measured, bool? Reached)
{
    /// <summary>The number of connections to hold open, and the number of those that are active.</summary>
    public const int HeldConnections = 5000;

    /// <inheritdoc cref="HeldConnections"/>
    public const int ActiveConnections = 100;

    private const string Yardstick = "kestrel";

    private const double Distance = 0.03;

    // Its workers are processes, which the system starts.
    private static readonly Dictionary<string, double> GreaterDistances = new() { ["processes"] = 0.05 };

    private static readonly (string Architecture, int Connections, double Ratio)[] Ratios =
        [("async", 1, 0.95), ("async", 64, 1.0), ("async", 1000, 1.2), ("epoll", 64, 1.3)];

    /// <summary>The architectures that have to hold many connections open.</summary>
    public static IReadOnlyList<string> Holders { get; } = ["poll", "epoll", "loop-per-core", "callbacks", "async", Yardstick];

    /// <summary>Evaluates every target: reached, missed or not measured.</summary>
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
        var what = Text($"{architecture}, {HeldConnections:N0} held, {ActiveConnections} active");
        const string goal = "all answered";
        if (results.Holdings.FirstOrDefault(holding => holding.Architecture == architecture) is not { } held)
        {
            var why = results.Architectures.Contains(architecture) ? "not measured" : $"not measured: without {architecture}";
            return new Target(what, goal, why, null);
        }

        var measured = Text($"{held.Held:N0} of {held.Opened:N0} answered");
        // If fewer connections than wanted were opened and all were answered, the target is neither reached nor missed.
        return new Target(
            what,
            goal,
            held.Opened < held.Wanted ? measured + ", no room for more" : measured,
            !held.AllAnswered ? false : held.Opened < held.Wanted ? null : true);
    }

    private static Target OfFidelity(Fidelity fidelity)
    {
        var max = GreaterDistances.GetValueOrDefault(fidelity.Architecture, Distance);
        var difference = (fidelity.Difference * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);
        return new Target(
            $"{fidelity.Architecture}, makespan against theory", Text($"within {max * 100:0} %"),
            Text($"{difference} % at {fidelity.Clients} {(fidelity.Clients == 1 ? "client" : "clients")}"),
            Math.Abs(fidelity.Difference) <= max);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
