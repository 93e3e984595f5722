using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What a measurement should reach, beside what it reached on this machine.</summary>
public static class Goals
{
    /// <summary>A row a goal: what was measured, what it should not exceed, and whether it did.</summary>
    /// <param name="goals">What is measured, its value, and the most that is wanted.</param>
    public static Table AtMost(params IReadOnlyList<(string What, TimeSpan Measured, TimeSpan Goal)> goals) => new(
        ["what", "measured", "goal", "reached"],
        goals.Select(IReadOnlyList<object?> (goal) => [goal.What, InvariantText.Of(goal.Measured), "≤ " + InvariantText.Of(goal.Goal), goal.Measured <= goal.Goal ? "yes" : "no"]));

    /// <summary>Whether every makespan of a sweep is as close to theory as wanted.</summary>
    /// <param name="sweep">What was measured.</param>
    /// <remarks>3 % are allowed; 5 % where workers are processes, each of which has to compile for itself what it does.</remarks>
    public static Table Fidelity(Sweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        return new Table(
            ["architecture", "farthest from theory", "at", "goal", "reached"],
            sweep.Runs.GroupBy(run => run.Architecture).Select(IReadOnlyList<object?> (runs) =>
            {
                var farthest = runs.MaxBy(run => Math.Abs(run.Makespan / run.Prediction.Makespan - 1))!;
                var tolerance = runs.Key.WorkersAreProcesses ? 0.05 : 0.03;
                var ratio = farthest.Makespan / farthest.Prediction.Makespan;
                return
                [
                    runs.Key.Name, InvariantText.Difference(ratio), InvariantText.Format($"{farthest.Clients.Count} clients"), InvariantText.Format($"± {tolerance * 100:0.#} %"),
                    Math.Abs(ratio - 1) <= tolerance ? "yes" : "no",
                ];
            }));
    }
}
