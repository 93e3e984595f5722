using NetworkingCourse.Checking;

namespace NetworkingCourse.Tests.Checking;

/// <summary>Every exercise: its reference answer is right, and each of its mistakes is explained as that mistake.</summary>
public class AnswerTests
{
    public static TheoryData<string> Names => [.. Exercises.All.Select(exercise => exercise.Name)];

    public static TheoryData<string, int> MistakesOf()
    {
        var mistakes = new TheoryData<string, int>();
        foreach (var exercise in Exercises.All)
        {
            for (var i = 0; i < exercise.KnownMistakes.Count; i++)
            {
                mistakes.Add(exercise.Name, i);
            }
        }

        return mistakes;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_reference_answer_is_right(string name) =>
        Assert.All(Samples.SeedsFor(Samples.Of(name)), seed =>
        {
            var verdict = Samples.Of(name).CheckReference(seed);
            Assert.True(verdict.State == VerdictState.Right, verdict.ToText());
        });

    [Theory]
    [MemberData(nameof(MistakesOf))]
    public void Each_mistake_is_explained_as_what_it_is(string name, int index)
    {
        var exercise = Samples.Of(name);
        var mistake = exercise.KnownMistakes[index];
        Assert.All(Samples.SeedsFor(exercise, mistake), seed =>
        {
            var verdict = exercise.CheckMistake(index, seed);
            Assert.True(
                verdict.State == VerdictState.NotYet && verdict.Mistake == mistake,
                $"seed {seed}, \"{mistake.Name}\": taken for \"{verdict.Mistake?.Name}\"\n{verdict.ToText()}");
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void There_are_mistakes_and_hints_enough_and_each_says_something_of_its_own(string name)
    {
        var exercise = Samples.Of(name);
        Assert.InRange(exercise.KnownMistakes.Count, 3, 10);
        Assert.InRange(exercise.Hints, 2, 4);
        Assert.Distinct(exercise.KnownMistakes.Select(mistake => mistake.Explanation));
        Assert.Distinct(exercise.KnownMistakes.Select(mistake => mistake.Name));
    }

    [Fact]
    public void Each_has_a_place_of_its_own_in_its_lesson()
    {
        Assert.Distinct(Exercises.All.Select(exercise => exercise.Name));
        foreach (var lesson in Exercises.All.GroupBy(exercise => exercise.Lesson))
        {
            Assert.Equal(Enumerable.Range(1, lesson.Count()), lesson.Select(exercise => exercise.Number));
            Assert.Single(lesson.Select(exercise => exercise.Notebook).Distinct());
        }
    }
}
