using NetworkingCourse.Checking;

namespace NetworkingCourse.Tests.Checking;

/// <summary>Finds exercises, and the seeds to check them with.</summary>
internal static class Samples
{
    public static IEnumerable<int> Seeds => Enumerable.Range(1, 50);

    public static Exercise Of(string name) => Exercises.All.Single(exercise => exercise.Name == name);

    /// <summary>A mistake that never ends costs a whole deadline each time.</summary>
    public static IEnumerable<int> SeedsFor(Mistake mistake) => mistake.NeverEnds ? Seeds.Take(2) : Seeds;
}
