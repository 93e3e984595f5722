using NetworkingCourse.Checking;

namespace NetworkingCourse.Tests.Checking;

/// <summary>Finds exercises, and checks their own answers with every seed.</summary>
internal static class Samples
{
    public static Exercise Of(string name) => Exercises.All.Single(exercise => exercise.Name == name);

    /// <summary>The exercises whose check opens sockets and waits for them, or the others, which follow a script.</summary>
    /// <param name="onSockets">Which of the two.</param>
    /// <param name="chapter">The number of their chapter; null for all chapters.</param>
    public static TheoryData<string> Names(bool onSockets, char? chapter = null) =>
        [.. All(onSockets, chapter).Select(exercise => exercise.Name)];

    /// <summary>The mistakes of the exercises that <see cref="Names"/> names.</summary>
    public static TheoryData<string, int> Mistakes(bool onSockets, char? chapter = null)
    {
        var mistakes = new TheoryData<string, int>();
        foreach (var exercise in All(onSockets, chapter))
        {
            for (var i = 0; i < exercise.KnownMistakes.Count; i++)
            {
                mistakes.Add(exercise.Name, i);
            }
        }

        return mistakes;
    }

    public static void AssertReferenceIsRight(string name) => Assert.All(
        Checked(Of(name), seed => Of(name).CheckReference(seed)),
        verdict => Assert.True(verdict.State == VerdictState.Right, verdict.ToText()));

    public static void AssertMistakeIsExplained(string name, int index)
    {
        var exercise = Of(name);
        var mistake = exercise.KnownMistakes[index];
        Assert.All(Checked(exercise, seed => exercise.CheckMistake(index, seed)), verdict => Assert.True(
            verdict.State == VerdictState.NotYet && verdict.Mistake == mistake,
            $"seed {verdict.Seed}, \"{mistake.Name}\": taken for \"{verdict.Mistake?.Name}\"\n{verdict.ToText()}"));
    }

    // A check that waits needs no processor, so a few go on at a time.
    private static List<Verdict> Checked(Exercise exercise, Func<int, Verdict> check) =>
    [
        .. Enumerable.Range(1, exercise.DifferentChecks).AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(check),
    ];

    private static IEnumerable<Exercise> All(bool onSockets, char? chapter) => Exercises.All.Where(exercise =>
        exercise.DifferentChecks == 1 == onSockets && (chapter is null || exercise.Lesson[0] == chapter));
}
