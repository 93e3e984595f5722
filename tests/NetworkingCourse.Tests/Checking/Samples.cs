using NetworkingCourse.Checking;

namespace NetworkingCourse.Tests.Checking;

/// <summary>Finds exercises, and the seeds to check them with.</summary>
internal static class Samples
{
    public static IEnumerable<int> SeedsFor(Exercise exercise) => Enumerable.Range(1, exercise.DifferentChecks);

    public static Exercise Of(string name) => Exercises.All.Single(exercise => exercise.Name == name);

    /// <summary>A mistake that never ends costs a whole deadline each time.</summary>
    public static IEnumerable<int> SeedsFor(Exercise exercise, Mistake mistake) =>
        mistake.NeverEnds ? SeedsFor(exercise).Take(2) : SeedsFor(exercise);
}
