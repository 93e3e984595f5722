using NetworkingCourse.Checking;

namespace NetworkingCourse.Tests.Support;

/// <summary>Checks what an exercise says to a wrong answer, whatever the seed.</summary>
internal static class WrongAnswers
{
    private const int Seeds = 20;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Requires that an answer is wrong, and that a mistake is named, or none if null.</summary>
    /// <returns>The last verdict.</returns>
    public static Verdict Told<TAnswer>(Exercise<TAnswer> exercise, string? mistake, TAnswer answer, int seeds = Seeds)
        where TAnswer : class
    {
        Verdict? last = null;
        for (var seed = 1; seed <= seeds; seed++)
        {
            last = exercise.Check(answer, seed, Deadline);
            Assert.True(
                last.State == VerdictState.NotYet && last.Mistake?.Name == mistake,
                $"seed {seed}: {last.State}, {last.Mistake?.Name ?? "no mistake"} is named, and not {mistake ?? "none"}\n"
                + last.ToText());
        }

        return last!;
    }

    /// <summary>Requires that an answer is right.</summary>
    public static void Right<TAnswer>(Exercise<TAnswer> exercise, TAnswer answer)
        where TAnswer : class
    {
        var verdict = exercise.Check(answer, 1, Deadline);
        Assert.True(verdict.State == VerdictState.Right, verdict.ToText());
    }
}
