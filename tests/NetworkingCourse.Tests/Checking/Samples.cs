using NetworkingCourse.Checking;

namespace NetworkingCourse.Tests.Checking;

/// <summary>Finds exercises, and checks their own answers with every seed.</summary>
internal static class Samples
{
    public static Exercise Of(string name) => Exercises.All.Single(exercise => exercise.Name == name);

    /// <summary>The exercises whose check opens sockets and waits for them, or the others, which follow a script.</summary>
    public static TheoryData<string> Names(bool onSockets) => [.. All(onSockets).Select(exercise => exercise.Name)];

    public static TheoryData<string, int> Mistakes(bool onSockets)
    {
        var mistakes = new TheoryData<string, int>();
        foreach (var exercise in All(onSockets))
        {
            for (var i = 0; i < exercise.KnownMistakes.Count; i++)
            {
                mistakes.Add(exercise.Name, i);
            }
        }

        return mistakes;
    }

    public static void AssertReferenceIsRight(string name) => Assert.All(SeedsFor(Of(name)), seed =>
    {
        var verdict = Of(name).CheckReference(seed);
        Assert.True(verdict.State == VerdictState.Right, verdict.ToText());
    });

    public static void AssertMistakeIsExplained(string name, int index)
    {
        var exercise = Of(name);
        var mistake = exercise.KnownMistakes[index];
        Assert.All(SeedsFor(exercise), seed =>
        {
            var verdict = exercise.CheckMistake(index, seed);
            Assert.True(
                verdict.State == VerdictState.NotYet && verdict.Mistake == mistake,
                $"seed {seed}, \"{mistake.Name}\": taken for \"{verdict.Mistake?.Name}\"\n{verdict.ToText()}");
        });
    }

    private static IEnumerable<int> SeedsFor(Exercise exercise) => Enumerable.Range(1, exercise.DifferentChecks);

    private static IEnumerable<Exercise> All(bool onSockets) =>
        Exercises.All.Where(exercise => exercise.DifferentChecks == 1 == onSockets);
}
