using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Tables that compare measurements on this machine with their goals.</summary>
public static class Goals
{
    /// <summary>A table with one row per goal: the measured value, its upper limit, and whether the goal was reached.</summary>
    /// <param name="goals">The name of each measurement, its value, and its upper limit.</param>
    public static Table AtMost(params IReadOnlyList<(string What, TimeSpan Measured, TimeSpan Goal)> goals) => new(
        ["what", "measured", "goal", "reached"],
        goals.Select(IReadOnlyList<object?> (goal) =>
        [
            goal.What,
            InvariantText.Of(goal.Measured),
            "≤ " + InvariantText.Of(goal.Goal),
            goal.Measured <= goal.Goal ? "yes" : "no",
        ]));

    /// <summary>A table that shows whether the makespans of a sweep are close enough to theory.</summary>
    /// <param name="sweep">The measured sweep.</param>
    /// <remarks>
    /// The tolerance is 3 %, or 5 % where workers are processes, because each process must JIT-compile its own code.
    /// </remarks>
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
                    runs.Key.Name,
                    InvariantText.Difference(ratio),
                    InvariantText.Format($"{farthest.Clients.Count} clients"),
                    InvariantText.Format($"± {tolerance * 100:0.#} %"),
                    Math.Abs(ratio - 1) <= tolerance ? "yes" : "no",
                ];
            }));
    }
}
