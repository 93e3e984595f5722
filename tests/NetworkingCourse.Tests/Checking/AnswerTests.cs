namespace NetworkingCourse.Tests.Checking;

/// <summary>
/// Every exercise that is checked on scripts: its reference answer is right, and each of its mistakes is explained as that
/// mistake. <see cref="AnswersOnSocketsTests"/> does the same with those that are checked on real sockets.
/// </summary>
public class AnswerTests
{
    public static TheoryData<string> Names => Samples.Names(onSockets: false);

    public static TheoryData<string, int> MistakesOf => Samples.Mistakes(onSockets: false);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_reference_answer_is_right(string name) => Samples.AssertReferenceIsRight(name);

    [Theory]
    [MemberData(nameof(MistakesOf))]
    public void Each_mistake_is_explained_as_what_it_is(string name, int index) => Samples.AssertMistakeIsExplained(name, index);

    [Fact]
    public void There_are_mistakes_and_hints_enough_and_each_says_something_of_its_own() => Assert.All(Exercises.All, exercise =>
    {
        Assert.InRange(exercise.KnownMistakes.Count, 3, 14);
        Assert.InRange(exercise.Hints, 2, 4);
        Assert.Distinct(exercise.KnownMistakes.Select(mistake => mistake.Explanation));
        Assert.Distinct(exercise.KnownMistakes.Select(mistake => mistake.Name));
    });

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
